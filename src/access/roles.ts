import type { Instant, Role, RoleGrant } from "../model/index.ts";

/** Whether a grant is in force at an instant: from its first instant on, and no more at its last. */
export function isInForce({ from, to }: Omit<RoleGrant, "role">, at: Instant): boolean {
  return (from === undefined || from <= at) && (to === undefined || at < to);
}

export function rolesInForce(grants: readonly RoleGrant[], at: Instant): Role[] {
  return grants.filter((grant) => isInForce(grant, at)).map(({ role }) => role);
}

/** What is wrong with grants that somebody wants to give; undefined when nothing is. */
export function grantsProblem(grants: readonly RoleGrant[]): string | undefined {
  for (const { role, from, to } of grants) {
    if (role === "auditor" && (from === undefined || to === undefined)) {
      return "An auditor needs a first and a last day: from and to.";
    }
    if (from !== undefined && to !== undefined && from >= to) return `The role ${role} would end before it begins.`;
  }
  // An auditor who also acts would audit what they did themselves.
  if (grants.length > 1 && grants.some(({ role }) => role === "auditor")) {
    return "An auditor has no other role: nobody audits what they do themselves.";
  }
  return undefined;
}
