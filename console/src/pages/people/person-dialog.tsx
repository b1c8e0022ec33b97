import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { UserView } from "../../../../src/contract/index.ts";
import { meQuery } from "../../api/account.ts";
import { call } from "../../api/call.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Facts } from "../../components/facts.tsx";
import { ConfirmButton, Form, Line, ShownOnce } from "../../components/form.tsx";
import { Instant } from "../../components/instant.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";
import { RoleGrant } from "../../components/role-grant.tsx";
import { KeyList } from "../account/keys.tsx";
import { Sessions } from "../account/sessions.tsx";
import { grantsOf, RoleChoices, type ChosenRoles } from "./role-choices.tsx";

/** One account: roles, links, keys, sessions, disablement. */
export function PersonDialog({
  user,
  mayManage,
  onClose,
}: {
  readonly user: UserView;
  readonly mayManage: boolean;
  readonly onClose: () => void;
}) {
  const { data: me } = useQuery(meQuery);
  const isOwn = me?.email === user.email;
  return (
    <Dialog title={user.name} onClose={onClose}>
      <Facts
        of={{
          "E-mail address": <bdi>{user.email}</bdi>,
          Roles:
            user.roles.length === 0
              ? "none"
              : user.roles.map((grant) => (
                  <div key={grant.role}>
                    <RoleGrant of={grant} />
                  </div>
                )),
          "Signs in with":
            [
              user.password ? (user.secondFactor ? "password and code" : "password alone") : "",
              user.passkeys > 0 ? `${user.passkeys} passkeys` : "",
            ]
              .filter((each) => each !== "")
              .join(", ") || (user.joined ? "single sign-on" : "nothing yet: the invitation is open"),
          "Same person as": user.sameAs === undefined ? undefined : <bdi>{user.sameAs.join(", ")}</bdi>,
          Disabled: user.disabledAt === undefined ? undefined : <Instant of={user.disabledAt} />,
        }}
      />
      {mayManage ? <Management user={user} isOwn={isOwn} /> : null}
      <h3>Sessions</h3>
      <Sessions user={user.email} />
      <h3>API keys</h3>
      <KeyList user={user.email} words={me?.permissionWords ?? {}} mayRevoke={mayManage} />
    </Dialog>
  );
}

function Management({ user, isOwn }: { readonly user: UserView; readonly isOwn: boolean }) {
  const client = useQueryClient();
  const { id } = user;
  const again = () => client.invalidateQueries();
  const link = useMutation({ mutationFn: () => call("users.link", { id }) });
  const disable = useMutation({ mutationFn: () => call("users.disable", { id }), onSuccess: again });
  const enable = useMutation({ mutationFn: () => call("users.enable", { id }), onSuccess: again });
  const [isChanging, setChanging] = useState(false);
  const failed = [link, disable, enable].find(({ isError }) => isError);
  return (
    <>
      <Line>
        {isOwn ? null : <Button onClick={() => setChanging(!isChanging)}>Change roles</Button>}
        {isOwn ? null : (
          <Button disabled={link.isPending} onClick={() => link.mutate()}>
            {user.joined ? "Link for a new password" : "Another invitation link"}
          </Button>
        )}
        {user.disabledAt !== undefined ? (
          <Button disabled={enable.isPending} onClick={() => enable.mutate()}>
            Enable again
          </Button>
        ) : isOwn ? (
          <span className="soft">Another admin changes your own roles.</span>
        ) : (
          <ConfirmButton
            label="Disable"
            name={`Disable ${user.name}`}
            question="Sessions and keys end at once."
            isPending={disable.isPending}
            onConfirm={() => disable.mutate()}
          />
        )}
      </Line>
      {failed === undefined ? null : <ProblemNotice error={failed.error} />}
      {link.data === undefined ? null : (
        <ShownOnce
          about={
            <>
              Give this link to <bdi>{link.data.user}</bdi>. It works once, until <Instant of={link.data.expiresAt} />.
              Using it ends their sessions.
            </>
          }
          text={link.data.url}
        />
      )}
      {isChanging ? <RolesForm user={user} onDone={() => setChanging(false)} /> : null}
    </>
  );
}

function RolesForm({ user, onDone }: { readonly user: UserView; readonly onDone: () => void }) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState<ChosenRoles>(
    new Map(user.roles.map(({ role, from = "", to = "" }) => [role, { from, to }])),
  );
  const set = useMutation({
    mutationFn: () => call("users.setRoles", { id: user.id, roles: grantsOf(chosen) }),
    async onSuccess() {
      onDone();
      await client.invalidateQueries();
    },
  });
  return (
    <Form action="Set the roles" isPending={set.isPending} error={set.error} onSubmit={() => set.mutate()}>
      <RoleChoices chosen={chosen} onChange={setChosen} />
    </Form>
  );
}
