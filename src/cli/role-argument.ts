import type { RoleGrantRequest } from "../contract/index.ts";
import { Fault, formatInstant, parseInstant, ROLES } from "../model/index.ts";

export const ROLES_HELP = `Roles: ${ROLES.join(", ")}.
ROLE@FROM..TO is in force between two times; either can be left out, as in
approver@..2026-03-31. A bare date as TO is the last day, in UTC. An auditor
needs both.`;

const NEXT = `Give a role such as engineer or auditor@2026-03-01..2026-03-31; the roles are ${ROLES.join(", ")}.`;
const BARE_DATE = /^\d{4}-\d{2}-\d{2}$/;
const DAY = 86_400_000;

/** `auditor@2026-03-01..2026-03-31`: a role, and the times between which it is in force. */
export function parseRole(text: string): RoleGrantRequest {
  const [name = "", period] = text.split("@", 2);
  const role = ROLES.find((each) => each === name);
  if (role === undefined) throw wrong(text, "is not a role");
  if (period === undefined) return { role };
  const [from = "", to = "", ...more] = period.split("..");
  if (!period.includes("..") || more.length > 0) throw wrong(text, "has no valid period FROM..TO");
  return {
    role,
    ...(from === "" ? {} : { from: formatInstant(instant(text, from)) }),
    // A role granted until the 31st is in force on the 31st.
    ...(to === "" ? {} : { to: formatInstant(instant(text, to) + (BARE_DATE.test(to) ? DAY : 0)) }),
  };
}

function instant(text: string, part: string): number {
  const at = parseInstant(part);
  if (at !== undefined) return at;
  throw wrong(text, `has '${part}', which is not a time like 2026-03-01 or 2026-03-01T09:00:00Z`);
}

function wrong(text: string, why: string): Fault {
  return new Fault("config-invalid", `'${text}' ${why}.`, { place: "ROLE", next: NEXT });
}
