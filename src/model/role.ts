/** The roles of users in the product. A person may have several; `auditor` reads and changes nothing. */
export const ROLES = ["admin", "engineer", "service-owner", "approver", "responder", "auditor"] as const;
export type Role = (typeof ROLES)[number];

/** The caller of a request. */
export interface Principal {
  /** `operator`: anyone who can read the token file of this machine. `machine`: a sensor or worker with its own key. */
  readonly kind: "operator" | "person" | "key" | "machine";
  /** Of the session, the key or the machine; the operator has none. */
  readonly id?: string | undefined;
  /** The user who signed in, or to whom the key belongs. */
  readonly user?: string | undefined;
  /** Their name in the record. */
  readonly name: string;
  /** The roles in force now: an auditor before or after their days has none. */
  readonly roles: readonly Role[];
  /** A key can use only these permissions, whatever its roles have. Absent: no such limit. */
  readonly only?: readonly string[] | undefined;
  /** An admin who signs in with a password alone: `only` lets them set up a second factor, and nothing else. */
  readonly secondFactorDue?: boolean | undefined;
}

/** A role that was granted to a user, and the instants between which it is in force: `[from, to)`. */
export interface RoleGrant {
  readonly role: Role;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}
