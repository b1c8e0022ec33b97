/** What somebody is in the product. A person may have several; `auditor` reads, and changes nothing. */
export const ROLES = ["admin", "engineer", "service-owner", "approver", "responder", "auditor"] as const;
export type Role = (typeof ROLES)[number];

/** Who makes a request. */
export interface Principal {
  /** `operator`: whoever may read the token file of this machine. `machine`: a sensor or worker with its own key. */
  readonly kind: "operator" | "person" | "key" | "machine";
  /** Of the session, the key or the machine; the operator has none. */
  readonly id?: string | undefined;
  /** Of the user who signed in, or whose key it is. */
  readonly user?: string | undefined;
  /** What the record calls them. */
  readonly name: string;
  /** Those in force now: an auditor before or after their days has none. */
  readonly roles: readonly Role[];
  /** A key does no more than these permissions, whatever its roles have. Absent: no such limit. */
  readonly only?: readonly string[] | undefined;
}

/** A role that somebody was given, and between which instants it is in force: `[from, to)`. */
export interface RoleGrant {
  readonly role: Role;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}
