import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { CallRequest } from "../../api/call.ts";
import type { Me } from "../../api/account.ts";
import { call } from "../../api/call.ts";
import { read } from "../../api/query.ts";
import { CheckField, Choices, ConfirmButton, Form, Row, Rows, ShownOnce, TextField } from "../../components/form.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Columns, Empty, Panel } from "../../components/page.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";

/** One's own API keys: which there are, and a new one. */
export function Keys({ me }: { readonly me: Me }) {
  return (
    <Columns>
      <Panel title="API keys">
        <KeyList words={me.permissionWords} mayRevoke />
      </Panel>
      {me.permissions.length === 0 ? null : (
        <Panel title="A new key">
          <KeyForm me={me} />
        </Panel>
      )}
    </Columns>
  );
}

export function KeyList({
  user,
  words,
  mayRevoke,
}: {
  readonly user?: string;
  readonly words: Me["permissionWords"];
  readonly mayRevoke: boolean;
}) {
  const client = useQueryClient();
  const query = useQuery({
    ...read("keys.list", user === undefined ? {} : { all: true }),
    select: ({ keys }) => keys.filter((each) => user === undefined || each.user === user),
  });
  const revoke = useMutation({
    mutationFn: (id: string) => call("keys.revoke", { id }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["keys.list"] }),
  });
  return (
    <Loaded of={query}>
      {(keys) => (
        <>
          {keys.length === 0 ? <Empty title="None yet." /> : null}
          <Rows label="API keys">
            {keys.map(({ id, name, prefix, permissions, expiresAt, revokedAt, lastUsedAt }) => (
              <Row
                key={id}
                actions={
                  revokedAt !== undefined || !mayRevoke ? undefined : (
                    <ConfirmButton
                      label="Revoke"
                      name={`Revoke: ${name}`}
                      question="It stops working at once, for good."
                      isPending={revoke.isPending}
                      onConfirm={() => revoke.mutate(id)}
                    />
                  )
                }
              >
                <strong>
                  <bdi>{name}</bdi>
                </strong>{" "}
                <code>{prefix}…</code>
                <div className="soft">can {permissions.map((each) => words[each] ?? each).join("; ")}</div>
                <div className="soft">
                  {revokedAt === undefined ? "until " : "revoked "}
                  <Instant of={revokedAt ?? expiresAt} />
                  {lastUsedAt === undefined ? ", never used" : ", last used "}
                  {lastUsedAt === undefined ? null : <Instant of={lastUsedAt} />}
                </div>
              </Row>
            ))}
          </Rows>
          {revoke.isError ? <ProblemNotice error={revoke.error} /> : null}
        </>
      )}
    </Loaded>
  );
}

type KeyPermissions = NonNullable<CallRequest<"keys.make">["permissions"]>;

function KeyForm({ me }: { readonly me: Me }) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    new Set(me.permissions.filter((each) => each === "record:read")),
  );
  const make = useMutation({
    mutationFn: () => call("keys.make", { name, days: Number(days), permissions: [...chosen] as KeyPermissions }),
    async onSuccess() {
      setName("");
      await client.invalidateQueries({ queryKey: ["keys.list"] });
    },
  });
  return (
    <>
      <Form action="Make a key" isPending={make.isPending} error={make.error} onSubmit={() => make.mutate()}>
        <TextField
          label="Name of the key"
          placeholder="nightly report"
          maxLength={100}
          required
          value={name}
          onChange={setName}
        />
        <TextField
          label="Days until it expires"
          type="number"
          min={1}
          max={366}
          required
          value={days}
          onChange={setDays}
        />
        <Choices legend="It can">
          {me.permissions.map((permission) => (
            <CheckField
              key={permission}
              label={me.permissionWords[permission] ?? permission}
              isChecked={chosen.has(permission)}
              onChange={(isChecked) =>
                setChosen(isChecked ? new Set([...chosen, permission]) : chosen.difference(new Set([permission])))
              }
            />
          ))}
        </Choices>
      </Form>
      {make.data === undefined ? null : (
        <ShownOnce about="Copy the key now. It is not shown again." text={make.data.secret} />
      )}
    </>
  );
}
