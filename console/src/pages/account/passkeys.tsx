import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { meQuery, type Me } from "../../api/account.ts";
import { send } from "../../api/call.ts";
import { canUsePasskeys, makePasskey } from "../../api/passkey.ts";
import { ConfirmButton, Form, Row, Rows, TextField } from "../../components/form.tsx";
import { Instant } from "../../components/instant.tsx";
import { Empty, Panel } from "../../components/page.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";

export function Passkeys({ me: { passkeys } }: { readonly me: Me }) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const again = () => client.invalidateQueries({ queryKey: meQuery.queryKey });
  const add = useMutation({
    mutationFn: async () => await send("POST", "/session/passkeys", { name, response: await makePasskey() }),
    async onSuccess() {
      setName("");
      await again();
    },
  });
  const remove = useMutation({
    mutationFn: (id: string) => send("DELETE", `/session/passkeys/${encodeURIComponent(id)}`),
    onSuccess: again,
  });
  return (
    <Panel title="Passkeys">
      <p className="soft">A passkey signs you in with a fingerprint, a face or a PIN instead of password and code.</p>
      {passkeys.length === 0 ? (
        <Empty title="None yet." />
      ) : (
        <Rows label="Passkeys">
          {passkeys.map((each) => (
            <Row
              key={each.id}
              actions={
                <ConfirmButton
                  label="Remove"
                  name={`Remove: ${each.name}`}
                  question="It will no longer sign you in."
                  onConfirm={() => remove.mutate(each.id)}
                />
              }
            >
              <bdi>{each.name}</bdi>
              {each.createdAt === undefined ? null : (
                <div className="soft">
                  added <Instant of={each.createdAt} />
                </div>
              )}
            </Row>
          ))}
        </Rows>
      )}
      {remove.isError ? <ProblemNotice error={remove.error} /> : null}
      {canUsePasskeys() ? (
        <Form action="Add a passkey" isPending={add.isPending} error={add.error} onSubmit={() => add.mutate()}>
          <TextField
            label="Name of the passkey"
            placeholder="this laptop"
            maxLength={100}
            required
            value={name}
            onChange={setName}
          />
        </Form>
      ) : (
        <p className="soft">This browser has no passkeys.</p>
      )}
    </Panel>
  );
}
