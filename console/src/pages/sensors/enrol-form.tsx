import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call.ts";
import { Form, ShownOnce, TextField } from "../../components/form.tsx";
import { Instant } from "../../components/instant.tsx";
import { enrolCommand } from "./enrol-command.ts";

const HOUR = 60 * 60_000;

/** One command enrols a machine; the token in it is shown once. */
export function EnrolForm() {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const invite = useMutation({
    mutationFn: () => call("sensors.invite", { name, validFor: HOUR, requestedBy: "console" }),
    async onSuccess() {
      setName("");
      await client.invalidateQueries({ queryKey: ["sensors.list"] });
    },
  });
  return (
    <>
      <Form
        action="Make the command"
        isPending={invite.isPending}
        error={invite.error}
        onSubmit={() => invite.mutate()}
      >
        <TextField
          label="Name of the sensor"
          hint="Letters, digits, dots, dashes and underscores. It becomes part of its vantage point's name."
          placeholder="db-1"
          pattern="[A-Za-z0-9][A-Za-z0-9._\-]{0,62}"
          required
          value={name}
          onChange={setName}
        />
      </Form>
      {invite.data === undefined ? null : (
        <ShownOnce
          about={
            <>
              Run this on <bdi>{invite.data.name}</bdi> until <Instant of={invite.data.expiresAt} />. It enrols one
              machine, once, and is not shown again.
              {window.location.protocol === "https:"
                ? ""
                : " Put the https address of this server in place of the one below."}
            </>
          }
          text={enrolCommand(window.location.origin, invite.data.token)}
        />
      )}
    </>
  );
}
