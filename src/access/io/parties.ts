import { OPERATOR_PERSON, type Instant, type Party, type Principal } from "../../model/index.ts";
import type { Db } from "../../platform/storage/index.ts";
import { personOf } from "./persons.ts";
import { nameOf } from "./principals.ts";
import { refuseChangedPeople } from "./refuse-changed-people.ts";

/** A link's maker could have set the password themselves, so what follows within a day is theirs, too. */
export const LINK_COUNTS_FOR = 24 * 60 * 60_000;

/**
 * Every person behind an act of this principal at an instant. The first is the one who signed in, or the operator; the
 * others made the password link or the key that led to it, directly or through others.
 *
 * @throws Fault `evidence-broken` if a user, role, link or key contradicts the evidence log
 */
export async function partiesOf(db: Db, principal: Principal, at: Instant): Promise<Party[]> {
  if (principal.user === undefined) return [{ person: OPERATOR_PERSON, name: principal.name, through: "account" }];
  await refuseChangedPeople(db);
  const own = await personOf(db, principal.user);
  const self: Party = { person: own, name: principal.name, through: "account" };
  const others = [
    ...(await makersOfLinks(db, principal.user, at)),
    ...(principal.kind === "key" ? await makersOfKey(db, principal) : []),
  ];
  const byPerson = new Map(others.filter(({ person }) => person !== own).map((party) => [party.person, party]));
  return [self, ...byPerson.values()];
}

/** Whether anybody has an account: from then on a decision is by a person who signed in. */
export async function anyUser(db: Db): Promise<boolean> {
  return (await db.selectFrom("identity_user").select("id").limit(1).executeTakeFirst()) !== undefined;
}

async function makersOfLinks(db: Db, user: string, at: Instant, seen = new Set<string>()): Promise<Party[]> {
  const visit = `${user} ${at}`;
  if (seen.has(visit)) return [];
  seen.add(visit);
  const links = await db
    .selectFrom("one_time_link")
    .select(["maker", "made_by", "created_at", "used_at"])
    .where("used_by", "=", user)
    .where("used_at", ">", new Date(at - LINK_COUNTS_FOR))
    .where("used_at", "<=", new Date(at))
    .orderBy("used_at")
    .execute();
  const parties: Party[] = [];
  for (const { maker, made_by, created_at, used_at } of links) {
    const since = used_at?.getTime();
    parties.push({ ...(await made(db, maker, made_by)), through: "link", since });
    // Somebody who had the maker's account had the link as well.
    if (made_by !== null) parties.push(...(await makersOfLinks(db, made_by, created_at.getTime(), seen)));
  }
  return parties;
}

async function makersOfKey(db: Db, { id = "" }: Principal): Promise<Party[]> {
  const key = await db
    .selectFrom("api_key")
    .select(["maker", "made_by", "created_at"])
    .where("id", "=", id)
    .executeTakeFirst();
  if (key === undefined || key.maker === null) return [];
  const { maker, made_by, created_at } = key;
  const since = created_at.getTime();
  const further = made_by === null ? [] : await makersOfLinks(db, made_by, since);
  return [{ ...(await made(db, maker, made_by)), through: "key", since }, ...further];
}

async function made(db: Db, maker: string | null, user: string | null): Promise<Pick<Party, "person" | "name">> {
  if (user === null) return { person: OPERATOR_PERSON, name: maker ?? "the operator, or an admin of an older version" };
  const row = await db.selectFrom("identity_user").select(["name", "email"]).where("id", "=", user).executeTakeFirst();
  return { person: await personOf(db, user), name: maker ?? (row === undefined ? user : nameOf(row)) };
}
