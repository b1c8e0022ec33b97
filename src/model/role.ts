/** What somebody is in the product. A person may have several; `auditor` reads, and changes nothing. */
export const ROLES = ["admin", "engineer", "service-owner", "approver", "responder", "auditor"] as const;
export type Role = (typeof ROLES)[number];

/** Who makes a request: a person, an API key, or whoever may read the token file of this machine. */
export interface Principal {
  readonly name: string;
  readonly roles: readonly Role[];
}
