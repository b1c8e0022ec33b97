import type { Role } from "../model/index.ts";

/**
 * Who may do what: the one table of it. Every route names its row, and a route without one does not start. Nobody may
 * approve what they asked for, so that no role both asks for an authorized port and approves it.
 */
export const PERMISSIONS = {
  /** Status, at, diff, gaps, findings, the port baseline in force. */
  "record:read": ["admin", "engineer", "service-owner", "approver", "responder", "auditor"],
  /** The evidence log and what is made of it; every read is an entry of the audit trail. */
  "evidence:read": ["admin", "engineer", "approver", "auditor"],
  "evidence:checkpoint": ["admin", "engineer"],
  "sweep:run": ["admin", "engineer", "responder"],
  "import:run": ["admin", "engineer"],
  "baseline:propose": ["admin", "engineer", "service-owner"],
  "baseline:approve": ["approver"],
  "sensors:read": ["admin", "engineer", "approver", "responder", "auditor"],
  "sensors:manage": ["admin"],
  /** No role: a machine does these, by its enrolment token and by its own key (see {@link isOfSensors}). */
  "sensor:enrol": [],
  "sensor:report": [],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Permission = keyof typeof PERMISSIONS;

/** Whether any of the roles has the permission. */
export function isPermitted(roles: readonly Role[], permission: Permission): boolean {
  const allowed: readonly Role[] = PERMISSIONS[permission];
  return roles.some((role) => allowed.includes(role));
}

/** Whether a machine's own key decides about it, and no person's role. */
export function isOfSensors(permission: Permission): boolean {
  return permission === "sensor:enrol" || permission === "sensor:report";
}
