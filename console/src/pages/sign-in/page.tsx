import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { keepWanted, leaveFor, wantedPath } from "../../api/account.ts";
import { send } from "../../api/call.ts";
import { canUsePasskeys, provePasskey } from "../../api/passkey.ts";
import { Problem } from "../../api/problem.ts";
import { Button } from "../../components/button.tsx";
import { CheckField, Form, TextField } from "../../components/form.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";
import { Front, OtherWays } from "./front.tsx";

interface Beginning {
  readonly firstAdmin: boolean;
  /** The name of the provider of single sign-on; absent: none is configured. */
  readonly sso?: string;
}

const SSO_FAILED = new Problem({
  detail: "Single sign-on did not sign you in: it was cancelled, or Portolan does not know this account.",
  next: "Try again, or ask an admin to invite this address.",
});

/** Signing in: password and code, passkey, or single sign-on; then to the page that was wanted. */
export function Page() {
  const parameters = new URLSearchParams(window.location.search);
  const to = wantedPath(parameters.get("to"));
  // The page for a new password leads here: the password was given there.
  const [wantsCode, setWantsCode] = useState(window.location.hash === "#code");
  const beginning = useQuery({
    queryKey: ["beginning"],
    queryFn: async () => (await send("GET", "/session/state")) as Beginning,
  });
  const passkey = useMutation({
    mutationFn: async () => await send("POST", "/session/passkey", { response: await provePasskey() }),
    onSuccess: () => leaveFor(to),
  });
  return (
    <Front title="Sign in">
      {parameters.has("problem") ? <ProblemNotice error={SSO_FAILED} /> : null}
      {beginning.isError ? <ProblemNotice error={beginning.error} onRetry={() => void beginning.refetch()} /> : null}
      {wantsCode ? (
        <CodeForm onDone={() => leaveFor(to)} />
      ) : (
        <>
          <PasswordForm onDone={() => leaveFor(to)} onCode={() => setWantsCode(true)} />
          {passkey.isError ? <ProblemNotice error={passkey.error} /> : null}
          <OtherWays>
            {canUsePasskeys() ? (
              <Button disabled={passkey.isPending} onClick={() => passkey.mutate()}>
                Sign in with a passkey
              </Button>
            ) : null}
            {beginning.data?.sso === undefined ? null : (
              <a href="/session/sso" onClick={() => keepWanted(to)}>
                Sign in with <bdi>{beginning.data.sso}</bdi>
              </a>
            )}
          </OtherWays>
        </>
      )}
      {beginning.data?.firstAdmin === true ? (
        <p className="soft">
          There is no user yet. On the machine that runs Portolan, <code>portolan users first-admin</code> prints a link
          for the first one.
        </p>
      ) : null}
    </Front>
  );
}

function PasswordForm({ onDone, onCode }: { readonly onDone: () => void; readonly onCode: () => void }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: async () => (await send("POST", "/session", { email, password })) as { readonly next: string },
    onSuccess: ({ next }) => (next === "done" ? onDone() : onCode()),
  });
  return (
    <Form
      action="Sign in"
      kind="primary"
      isPending={signIn.isPending}
      error={signIn.error}
      onSubmit={() => signIn.mutate()}
    >
      <TextField
        label="E-mail address"
        type="email"
        autoComplete="username webauthn"
        required
        autoFocus
        value={email}
        onChange={setEmail}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={setPassword}
      />
    </Form>
  );
}

function CodeForm({ onDone }: { readonly onDone: () => void }) {
  const [code, setCode] = useState("");
  const [isRecovery, setRecovery] = useState(false);
  const signIn = useMutation({
    mutationFn: () => send("POST", "/session/code", { code, recovery: isRecovery }),
    onSuccess: onDone,
  });
  return (
    <Form
      action="Continue"
      kind="primary"
      isPending={signIn.isPending}
      error={signIn.error}
      onSubmit={() => signIn.mutate()}
    >
      <TextField
        label="Code"
        hint={isRecovery ? "One of the recovery codes that you kept." : "The code that your authenticator app shows."}
        inputMode={isRecovery ? "text" : "numeric"}
        autoComplete="one-time-code"
        required
        autoFocus
        value={code}
        onChange={setCode}
      />
      <CheckField label="This is a recovery code" isChecked={isRecovery} onChange={setRecovery} />
    </Form>
  );
}
