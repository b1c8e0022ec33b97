import type { Instant, Role, RoleGrant } from "../model/index.ts";

/** Whether a grant is in force at an instant: from its first instant (inclusive) to its last (exclusive). */
export function isInForce({ from, to }: Omit<RoleGrant, "role">, at: Instant): boolean {
  return (from === undefined || from <= at) && (to === undefined || at < to);
}

export function rolesInForce(grants: readonly RoleGrant[], at: Instant): Role[] {
  return grants.filter((grant) => isInForce(grant, at)).map(({ role }) => role);
}

/** The problem with grants to be given; undefined if they are valid. */
export function grantsProblem(grants: readonly RoleGrant[]): string | undefined {
  for (const { role, from, to } of grants) {
    if (role === "auditor" && (from === undefined || to === undefined)) {
      return "An auditor needs a first and a last day: from and to.";
    }
    if (from !== undefined && to !== undefined && from >= to) return `The role ${role} would end before it begins.`;
  }
  // An auditor with another role would audit their own acts.
  if (grants.length > 1 && grants.some(({ role }) => role === "auditor")) {
    return "An auditor cannot have another role: nobody audits their own acts.";
  }
  return undefined;
}
