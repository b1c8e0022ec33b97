import { useQuery } from "@tanstack/react-query";
import { leaveFor, meQuery, type Me } from "../../api/account.ts";
import { send } from "../../api/call.ts";
import { Button } from "../../components/button.tsx";
import { Row, Rows } from "../../components/form.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Columns, Empty, PageFrame, Panel } from "../../components/page.tsx";
import { RoleGrant } from "../../components/role-grant.tsx";
import { AuthenticatorApp } from "./authenticator-app.tsx";
import { Keys } from "./keys.tsx";
import { Passkeys } from "./passkeys.tsx";
import { Sessions } from "./sessions.tsx";

/** One's own account: roles, second factor, passkeys, sessions, keys. */
export function Page() {
  const query = useQuery(meQuery);
  return (
    <Loaded of={query}>
      {(me) => (
        <PageFrame
          title={`${me.name} (${me.email})`}
          about="Your own account. Everything you change here is recorded in the evidence log."
          actions={
            <Button kind="danger" onClick={() => void send("DELETE", "/session").finally(() => leaveFor("/sign-in"))}>
              Sign out
            </Button>
          }
        >
          {me.secondFactorDue ? (
            <>
              <p role="status">
                An admin signs in with a second factor. Set up an authenticator app now; everything else works after
                that.
              </p>
              <br />
              <AuthenticatorApp me={me} />
            </>
          ) : (
            <>
              <Columns>
                <Roles me={me} />
                {me.password ? <AuthenticatorApp me={me} /> : null}
                <Passkeys me={me} />
                <Panel title="Sessions">
                  <Sessions />
                </Panel>
              </Columns>
              {me.may.includes("keys:own") ? <Keys me={me} /> : null}
            </>
          )}
        </PageFrame>
      )}
    </Loaded>
  );
}

function Roles({ me: { roles } }: { readonly me: Me }) {
  return (
    <Panel title="Roles">
      {roles.length === 0 ? (
        <Empty title="None: you cannot read or change anything." />
      ) : (
        <Rows label="Roles">
          {roles.map((grant) => (
            <Row key={grant.role}>
              <RoleGrant of={grant} />
            </Row>
          ))}
        </Rows>
      )}
      <p className="soft">An admin grants and removes roles; every change is recorded in the evidence log.</p>
    </Panel>
  );
}
