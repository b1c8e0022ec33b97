import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { leaveFor } from "../../api/account.ts";
import { send } from "../../api/call.ts";
import { Problem } from "../../api/problem.ts";
import { Form, TextField } from "../../components/form.tsx";
import { Loaded } from "../../components/loading.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";
import { Front } from "./front.tsx";

interface LinkState {
  readonly firstAdmin: boolean;
  readonly email?: string;
}

/** A one-time link: a password for an invited user, or for the first admin. */
export function Page() {
  // The token comes after the #, so it never reached a server or a proxy. Then it leaves the history, too.
  const [token] = useState(() => window.location.hash.slice(1));
  useEffect(() => window.history.replaceState(window.history.state, "", "/welcome"), []);
  const link = useQuery({
    queryKey: ["link"],
    queryFn: async () => {
      if (token !== "") return (await send("POST", "/session/link/state", { token })) as LinkState;
      throw new Problem({
        detail: "The address lacks the secret part after the #.",
        next: "Open the whole link again, as you received it.",
      });
    },
    staleTime: Infinity,
  });
  if (link.isError)
    return (
      <Front title="This link does not work">
        <ProblemNotice error={link.error} />
      </Front>
    );
  return (
    <Front title="Welcome">
      <Loaded of={link}>{(state) => <JoinForm token={token} link={state} />}</Loaded>
    </Front>
  );
}

function JoinForm({ token, link: { firstAdmin, email } }: { readonly token: string; readonly link: LinkState }) {
  const [name, setName] = useState("");
  const [address, setAddress] = useState("");
  const [password, setPassword] = useState("");
  const join = useMutation({
    async mutationFn() {
      const more = firstAdmin ? { email: address, name } : {};
      const joined = (await send("POST", "/session/link", { token, password, ...more })) as { readonly email: string };
      return (await send("POST", "/session", { email: joined.email, password })) as { readonly next: string };
    },
    onSuccess: ({ next }) => leaveFor(next === "done" ? "/" : "/sign-in#code"),
  });
  return (
    <>
      <p>
        {firstAdmin ? (
          "You become the first admin of this installation. This link works once."
        ) : (
          <>
            Choose a password for <bdi>{email}</bdi>. This link works once.
          </>
        )}
      </p>
      <Form
        action="Set the password"
        kind="primary"
        isPending={join.isPending}
        error={join.error}
        onSubmit={() => join.mutate()}
      >
        {firstAdmin ? (
          <>
            <TextField label="Your name" autoComplete="name" maxLength={100} required value={name} onChange={setName} />
            <TextField
              label="E-mail address"
              type="email"
              autoComplete="username"
              required
              value={address}
              onChange={setAddress}
            />
          </>
        ) : (
          <input type="email" autoComplete="username" value={email ?? ""} readOnly hidden />
        )}
        <TextField
          label="Password"
          hint="At least 12 characters. Four words that do not belong together are strong and easy to remember."
          type="password"
          autoComplete="new-password"
          minLength={12}
          maxLength={200}
          required
          value={password}
          onChange={setPassword}
        />
      </Form>
    </>
  );
}
