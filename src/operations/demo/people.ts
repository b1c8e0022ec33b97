import { randomBytes } from "node:crypto";
import type { Access, Caller } from "../../contract/index.ts";
import { formatInstant, ROLES, type Instant, type Principal, type Role } from "../../model/index.ts";

/** The people of the demo company. Nobody is admin: that role takes a second factor, and the operator has its powers. */
export const PEOPLE = [
  { name: "Ada Lovelace", email: "ada@example.com", role: "engineer" },
  { name: "Grace Hopper", email: "grace@example.com", role: "approver" },
  { name: "Katherine Johnson", email: "katherine@example.com", role: "approver" },
  { name: "Margaret Hamilton", email: "margaret@example.com", role: "responder" },
  { name: "Alan Turing", email: "alan@example.com", role: "auditor" },
] as const satisfies readonly { name: string; email: string; role: Role }[];
type Email = (typeof PEOPLE)[number]["email"];

const ORIGIN = "http://localhost:4600";
const OPERATOR: Principal = { kind: "operator", name: "operator (portolan demo)", roles: ROLES };

export interface DemoPeople {
  /** The password of everybody. */
  readonly password: string;
  /** Signs somebody in, lets them act, and signs them out. */
  as<T>(email: Email, act: (principal: Principal) => Promise<T>): Promise<T>;
}

/** Invites everybody, and follows each link as its receiver would. The auditor has `days`. */
export async function invitePeople(
  identity: Access,
  days: { readonly from: Instant; readonly to: Instant },
): Promise<DemoPeople> {
  const password = randomBytes(12)
    .toString("base64url")
    .replaceAll(/(.{4})(?=.)/g, "$1.");
  identity.serveAt(ORIGIN);
  const caller = (cookie?: string): Caller => ({
    address: "192.0.2.254",
    agent: "portolan demo",
    cookie,
    origin: ORIGIN,
  });
  const { users } = identity.people(OPERATOR);
  for (const { email, name, role } of PEOPLE) {
    const grant = role === "auditor" ? { role, from: formatInstant(days.from), to: formatInstant(days.to) } : { role };
    const { url } = await users.invite({ email, name, roles: [grant] });
    await identity.useLink(caller(), { token: url.split("#")[1] ?? "", password });
  }
  return {
    password,
    async as(email, act) {
      const { cookies } = await identity.signIn(caller(), { email, password });
      const cookie = cookies.map((text) => text.replace(/;.*/, "")).join("; ");
      const principal = await identity.bySession(caller(cookie));
      if (principal === undefined) throw new Error(`${email} did not sign in`);
      const done = await act(principal);
      await identity.signOut(caller(cookie), principal);
      return done;
    },
  };
}
