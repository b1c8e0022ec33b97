import { ROLES, type Principal, type Role } from "../model/index.ts";

/**
 * The one table of permissions. Every route names its row; the server does not start with a route that names none.
 * Nobody can approve their own request, so no role both requests an authorized port and approves it.
 */
export const PERMISSIONS = {
  /** The pages and requests of sign-in itself, which need no principal. */
  "session:begin": "anybody",
  /** One's own sign-in: sessions, second factors, passkeys. It gives no access to the record. */
  "account:own": ROLES,
  /** Whether the server is alive and can work: one word, without access to the record. */
  "health:read": "anybody",
  /** Metrics for a monitoring system, and the capabilities of the server's machine. */
  "metrics:read": ["admin", "engineer", "responder"],
  /** Status, at, diff, gaps, findings, the port baseline in force. */
  "record:read": ["admin", "engineer", "service-owner", "approver", "responder", "auditor"],
  /** The evidence log and its proofs; every read is an entry of the audit trail. */
  "evidence:read": ["admin", "engineer", "approver", "auditor"],
  "evidence:checkpoint": ["admin", "engineer"],
  /** To give the evidence log another key. */
  "evidence:rotate-key": ["admin"],
  /** How long what is kept, and legal holds. */
  "retention:read": ["admin", "approver", "auditor"],
  /** To change how long what is kept, and to prune. */
  "retention:manage": ["admin"],
  /** Anybody who decides can keep something. Lifting a hold lets it be deleted, which who prunes must not do alone. */
  "hold:set": ["admin", "approver"],
  "hold:lift": ["approver"],
  /** The whole record in one file. */
  "backup:make": ["admin"],
  /** To state that the clock of the server is right, which voids what was recorded with later times. */
  "clock:accept": ["admin", "engineer"],
  /** To change what is scanned, and how fast. */
  "scope:change": ["admin", "engineer"],
  "sweep:run": ["admin", "engineer", "responder"],
  "import:run": ["admin", "engineer"],
  /** To state why nobody looked. */
  "gaps:explain": ["admin", "engineer", "responder"],
  /** To accept what another person stated. */
  "gaps:sign-off": ["approver"],
  "baseline:propose": ["admin", "engineer", "service-owner"],
  "baseline:approve": ["approver"],
  /** The users and their roles: part of every access review. */
  "users:read": ["admin", "auditor"],
  "users:manage": ["admin"],
  /** Making and revoking one's own keys. Auditors change nothing, so they make no keys. */
  "keys:own": ["admin", "engineer", "service-owner", "approver", "responder"],
  "sensors:read": ["admin", "engineer", "approver", "responder", "auditor"],
  "sensors:manage": ["admin"],
  /** No role: machines use these, with their enrolment token and their own key (see {@link isOfSensors}). */
  "sensor:enrol": [],
  "sensor:report": [],
} as const satisfies Readonly<Record<string, readonly Role[] | "anybody">>;

/** The permissions that keys can have, as people read them. */
export const PERMISSION_WORDS: Readonly<Record<string, string>> = {
  "health:read": "read whether the server works",
  "metrics:read": "read metrics",
  "record:read": "read status, history, findings and the port baseline",
  "evidence:read": "read the evidence log",
  "evidence:checkpoint": "sign a checkpoint",
  "retention:read": "read the retention policy and legal holds",
  "backup:make": "download a backup of the whole record",
  "clock:accept": "state that the clock is right after it ran ahead",
  "sweep:run": "run sweeps",
  "import:run": "import results of other scanners",
  "gaps:explain": "explain gaps",
  "baseline:propose": "propose a port baseline",
  "users:read": "read users, roles, keys and sessions",
  "sensors:read": "read sensors",
  "sensors:manage": "enrol and revoke sensors",
} satisfies Partial<Record<keyof typeof PERMISSIONS, string>>;

export type Permission = keyof typeof PERMISSIONS;

/** Whether the principal has the permission. Without a principal, only what anybody is allowed to do. */
export function isPermitted(principal: Pick<Principal, "roles" | "only"> | undefined, permission: Permission): boolean {
  const allowed: readonly Role[] | "anybody" = PERMISSIONS[permission];
  if (allowed === "anybody") return true;
  if (principal === undefined) return false;
  if (principal.only?.includes(permission) === false) return false;
  return principal.roles.some((role) => allowed.includes(role));
}

/**
 * Permissions of signed-in people only. No key has them, so a leaked key can neither create users nor make decisions.
 */
const IN_PERSON: readonly Permission[] = [
  "session:begin",
  "account:own",
  "keys:own",
  "users:manage",
  "evidence:rotate-key",
  "scope:change",
  "baseline:approve",
  "gaps:sign-off",
  "retention:manage",
  "hold:set",
  "hold:lift",
];

/** The permissions that a key of a user with these roles can have. */
export function permissionsForKeys(roles: readonly Role[]): Permission[] {
  return (Object.keys(PERMISSIONS) as Permission[]).filter(
    (permission) => !IN_PERSON.includes(permission) && isPermitted({ roles }, permission),
  );
}

/** Whether a machine's own key decides, and not a person's role. */
export function isOfSensors(permission: Permission): boolean {
  return permission === "sensor:enrol" || permission === "sensor:report";
}
