import type { RoleGrantRequest, UserView } from "../../contract/index.ts";
import { Fault, formatInstant, type Instant, type JsonValue, type RoleGrant } from "../../model/index.ts";
import { grantsProblem, isInForce } from "../roles.ts";
import type { UserRow } from "./user-store.ts";

/** Parses requested roles; a `config-invalid` fault names a combination that is not allowed. */
export function checkedGrants(wanted: readonly RoleGrantRequest[]): RoleGrant[] {
  const grants = wanted.map(({ role, from, to }) => ({
    role,
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to),
  }));
  const problem = grantsProblem(grants);
  if (problem !== undefined) {
    throw new Fault("config-invalid", problem, { next: "State the roles again, each with the dates it needs." });
  }
  return grants;
}

/** Roles in the form that an entry stores. */
export function grantsData(grants: readonly RoleGrant[]): JsonValue[] {
  return grants.map(({ role, from, to }) => ({
    role,
    ...(from === undefined ? {} : { from: formatInstant(from) }),
    ...(to === undefined ? {} : { to: formatInstant(to) }),
  }));
}

/** @param sameAs the e-mail addresses of the other accounts of the same person */
export function userView(user: UserRow, at: Instant, sameAs: readonly string[] = []): UserView {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    roles: user.grants.map(({ role, from, to }) => ({
      role,
      ...(from === undefined ? {} : { from: formatInstant(from) }),
      ...(to === undefined ? {} : { to: formatInstant(to) }),
      inForce: isInForce({ from, to }, at),
    })),
    secondFactor: user.secondFactor,
    passkeys: user.passkeys,
    password: user.password,
    joined: user.joined,
    ...(sameAs.length === 0 ? {} : { sameAs: [...sameAs] }),
    ...(user.disabledAt === undefined ? {} : { disabledAt: formatInstant(user.disabledAt) }),
  };
}
