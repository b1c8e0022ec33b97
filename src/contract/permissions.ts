import { ROLES, type Principal, type Role } from "../model/index.ts";

/**
 * Who may do what: the one table of it. Every route names its row, and a route without one does not start. Nobody may
 * approve what they asked for, so that no role both asks for an authorized port and approves it.
 */
export const PERMISSIONS = {
  /** What is there before anybody signed in: the pages and requests of signing in. No principal is needed. */
  "session:begin": "anybody",
  /** One's own sign-in: sessions, second factors, passkeys. It reaches nothing of the record. */
  "account:own": ROLES,
  /** Whether the server lives and can work: one word, nothing of the record. */
  "health:read": "anybody",
  /** Counts for a monitoring system, and what the server's machine can do. */
  "metrics:read": ["admin", "engineer", "responder"],
  /** Status, at, diff, gaps, findings, the port baseline in force. */
  "record:read": ["admin", "engineer", "service-owner", "approver", "responder", "auditor"],
  /** The evidence log and what is made of it; every read is an entry of the audit trail. */
  "evidence:read": ["admin", "engineer", "approver", "auditor"],
  "evidence:checkpoint": ["admin", "engineer"],
  /** Everything there is, in one file. */
  "backup:make": ["admin"],
  "sweep:run": ["admin", "engineer", "responder"],
  "import:run": ["admin", "engineer"],
  "baseline:propose": ["admin", "engineer", "service-owner"],
  "baseline:approve": ["approver"],
  /** Who there is and what they may: part of every access review. */
  "users:read": ["admin", "auditor"],
  "users:manage": ["admin"],
  /** Making and revoking one's own keys. An auditor changes nothing, so also no key. */
  "keys:own": ["admin", "engineer", "service-owner", "approver", "responder"],
  "sensors:read": ["admin", "engineer", "approver", "responder", "auditor"],
  "sensors:manage": ["admin"],
  /** No role: a machine does these, by its enrolment token and by its own key (see {@link isOfSensors}). */
  "sensor:enrol": [],
  "sensor:report": [],
} as const satisfies Readonly<Record<string, readonly Role[] | "anybody">>;

export type Permission = keyof typeof PERMISSIONS;

/** Whether the principal has the permission; undefined: nobody, who has what anybody has. */
export function isPermitted(principal: Pick<Principal, "roles" | "only"> | undefined, permission: Permission): boolean {
  const allowed: readonly Role[] | "anybody" = PERMISSIONS[permission];
  if (allowed === "anybody") return true;
  if (principal === undefined) return false;
  if (principal.only?.includes(permission) === false) return false;
  return principal.roles.some((role) => allowed.includes(role));
}

/** What takes a person who signed in: no key has it, so that a leaked one makes neither users nor decisions. */
const IN_PERSON: readonly Permission[] = [
  "session:begin",
  "account:own",
  "keys:own",
  "users:manage",
  "baseline:approve",
];

/** What a key of somebody with these roles may be given. */
export function permissionsForKeys(roles: readonly Role[]): Permission[] {
  return (Object.keys(PERMISSIONS) as Permission[]).filter(
    (permission) => !IN_PERSON.includes(permission) && isPermitted({ roles }, permission),
  );
}

/** Whether a machine's own key decides about it, and no person's role. */
export function isOfSensors(permission: Permission): boolean {
  return permission === "sensor:enrol" || permission === "sensor:report";
}
