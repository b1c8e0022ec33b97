import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { meQuery, type Me } from "../../api/account.ts";
import { send } from "../../api/call.ts";
import { Form, ShownOnce, TextField } from "../../components/form.tsx";
import { Panel } from "../../components/page.tsx";
import styles from "./account.module.css";

interface Setup {
  readonly uri: string;
  /** A QR code, as SVG. */
  readonly image: string;
  readonly recoveryCodes: readonly string[];
}

/** Codes after the password: set up with an authenticator app, or turned off. */
export function AuthenticatorApp({ me }: { readonly me: Me }) {
  const client = useQueryClient();
  const [setup, setSetup] = useState<Setup>();
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: async () =>
      (await send("POST", me.secondFactor ? "/session/codes/end" : "/session/codes", { password })) as Partial<Setup>,
    async onSuccess(begun) {
      setPassword("");
      if (!me.secondFactor) setSetup(begun as Setup);
      await client.invalidateQueries({ queryKey: meQuery.queryKey });
    },
  });
  return (
    <Panel title="Authenticator app">
      <p className="soft">
        {me.secondFactor
          ? "You enter a code after your password."
          : me.secondFactorDue
            ? "Not set up yet."
            : "Not set up: your password alone is enough to sign in."}
      </p>
      {setup === undefined ? (
        <Form
          action={me.secondFactor ? "Turn off codes" : "Set up"}
          isPending={change.isPending}
          error={change.error}
          onSubmit={() => change.mutate()}
        >
          <input type="email" autoComplete="username" value={me.email} readOnly hidden />
          <TextField
            label="Your password"
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={setPassword}
          />
        </Form>
      ) : (
        <Confirmation setup={setup} onDone={() => setSetup(undefined)} />
      )}
    </Panel>
  );
}

function Confirmation({ setup, onDone }: { readonly setup: Setup; readonly onDone: () => void }) {
  const client = useQueryClient();
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: () => send("POST", "/session/codes/confirmation", { code }),
    async onSuccess() {
      onDone();
      await client.invalidateQueries();
    },
  });
  return (
    <div className={styles["setup"]}>
      <p>Scan this code with your app, or type the key into it. Then enter the code that the app shows.</p>
      <img
        className={styles["code"]}
        alt="QR code for an authenticator app"
        src={`data:image/svg+xml,${encodeURIComponent(setup.image)}`}
      />
      <p>
        Key: <code data-key>{new URL(setup.uri).searchParams.get("secret")}</code>
      </p>
      <ShownOnce
        about="Recovery codes, in case you lose the app. Each works once. Keep them; they are not shown again."
        text={setup.recoveryCodes.join("\n")}
      />
      <Form
        action="Confirm"
        kind="primary"
        isPending={confirm.isPending}
        error={confirm.error}
        onSubmit={() => confirm.mutate()}
      >
        <TextField
          label="Code"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          autoFocus
          value={code}
          onChange={setCode}
        />
      </Form>
    </div>
  );
}
