import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Form, ShownOnce, TextField } from "../../components/form.tsx";
import { Instant } from "../../components/instant.tsx";
import { grantsOf, RoleChoices, type ChosenRoles } from "./role-choices.tsx";

/** Invites somebody; the link is shown once and works once. */
export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const client = useQueryClient();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<ChosenRoles>(new Map());
  const invite = useMutation({
    mutationFn: () => call("users.invite", { email, name, roles: grantsOf(chosen) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["users.list"] }),
  });
  return (
    <Dialog title="Invite somebody" onClose={onClose}>
      {invite.data === undefined ? (
        <Form
          action="Invite"
          kind="primary"
          isPending={invite.isPending}
          error={invite.error}
          onSubmit={() => invite.mutate()}
        >
          <TextField label="Name" maxLength={100} required value={name} onChange={setName} />
          <TextField label="E-mail address" type="email" required value={email} onChange={setEmail} />
          <RoleChoices chosen={chosen} onChange={setChosen} />
        </Form>
      ) : (
        <ShownOnce
          about={
            <>
              Give this link to <bdi>{invite.data.user}</bdi>. It works once, until{" "}
              <Instant of={invite.data.expiresAt} />, and is not shown again.
            </>
          }
          text={invite.data.url}
        />
      )}
    </Dialog>
  );
}
