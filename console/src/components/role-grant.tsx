import { Instant } from "./instant.tsx";

interface Grant {
  readonly role: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly inForce: boolean;
}

/** A role and when it is in force. */
export function RoleGrant({ of: { role, from, to, inForce } }: { readonly of: Grant }) {
  return (
    <>
      {role}
      {from === undefined ? null : (
        <>
          , from <Instant of={from} />
        </>
      )}
      {to === undefined ? null : (
        <>
          , until <Instant of={to} />
        </>
      )}
      {inForce ? "" : " (not in force now)"}
    </>
  );
}
