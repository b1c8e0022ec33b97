import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freshPlace, type Place } from "../../test/databases.ts";
import { fakeOperations } from "../../test/fakes/operations.ts";
import { openSite, OPERATOR, TOKEN, type Site } from "../../test/access.ts";
import { routesOf, type Route } from "../../test/routes.ts";
import { PERMISSIONS, permissionsForKeys, type Caller, type Access, type Permission } from "../contract/index.ts";
import { ROLES, type Principal, type Role } from "../model/index.ts";
import { openStore, type Store } from "../platform/storage/index.ts";
import { createServer } from "./server.ts";

const DAY = 86_400_000;
const HOST = "localhost:4600";

/** The routes that are open to anybody, by name, so that none becomes open by mistake. */
const OPEN: readonly string[] = [
  "GET /",
  "GET /account",
  "GET /account/*",
  "GET /assets",
  "GET /assets/*",
  "GET /assets/console/:file",
  "GET /audit",
  "GET /audit/*",
  "GET /baseline",
  "GET /baseline/*",
  "GET /continuity",
  "GET /continuity/*",
  "GET /endpoints",
  "GET /endpoints/*",
  "GET /evidence",
  "GET /evidence/*",
  "GET /findings",
  "GET /findings/*",
  "GET /healthz",
  "GET /map",
  "GET /map/*",
  "GET /people",
  "GET /people/*",
  "GET /readyz",
  "GET /retention",
  "GET /retention/*",
  "GET /scope",
  "GET /scope/*",
  "GET /sensors",
  "GET /sensors/*",
  "GET /session/sso",
  "GET /session/sso/callback/sso",
  "GET /session/state",
  "GET /settings",
  "GET /settings/*",
  "GET /sign-in",
  "GET /sign-in/*",
  "GET /sweeps",
  "GET /sweeps/*",
  "GET /time",
  "GET /time/*",
  "GET /welcome",
  "GET /welcome/*",
  "POST /session",
  "POST /session/code",
  "POST /session/link",
  "POST /session/link/state",
  "POST /session/passkey",
  "POST /session/passkey/challenge",
];

/** A caller, with the roles that the table decides by. */
interface Asker {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly roles: readonly Role[];
  /** The permissions of a key. */
  readonly only?: readonly Permission[];
}

let place: Place;
let store: Store;
let site: Site;
let server: FastifyInstance;
let routes: readonly Route[];
/** The row that each route names, read from the refusal of a caller without a role. */
const rows = new Map<string, Permission>();
const askers: Asker[] = [];
let asked = 0;

/** Sessions and keys are looked up in the real store, each once. The routes' later calls of identity do nothing. */
const known = new Map<string, Promise<Principal | undefined>>();
function gateOnly(identity: Access): Access {
  const once = (shown: string, look: () => Promise<Principal | undefined>): Promise<Principal | undefined> => {
    const found = known.get(shown) ?? look();
    known.set(shown, found);
    return found;
  };
  const asks: Partial<Access> = {
    bySession: (caller: Caller) => once(caller.cookie ?? "", () => identity.bySession(caller)),
    byKey: (key: string) => once(key, () => identity.byKey(key)),
  };
  return new Proxy(asks as Access, {
    get: (target, name) => target[name as keyof Access] ?? (() => Promise.resolve({ value: {}, cookies: [] })),
  });
}

beforeAll(async () => {
  place = await freshPlace("postgresql");
  store = await openStore(place);
  site = await openSite(store);
  ({ server } = await createServer({
    operations: fakeOperations(),
    identity: gateOnly(site.identity),
    token: TOKEN,
    version: "0.0.0",
    hosts: [],
    onUnexpected: () => undefined,
  }));
  routes = routesOf(server);
  const at = (days: number): string => new Date(site.now() + days * DAY).toISOString();
  await joined("no-role", [], "nobody@example.com");
  for (const role of ROLES) {
    await joined(role, [role === "auditor" ? { role, from: at(-1), to: at(1) } : { role }], `${role}@example.com`);
  }
  await joined("auditor-too-early", [{ role: "auditor", from: at(2), to: at(3) }], "early@example.com");
  askers.push(await keyOf("admin-key-record", "admin", ["record:read"]));
  askers.push({ name: "operator", headers: { authorization: `Bearer ${TOKEN}` }, roles: OPERATOR.roles });
});
afterAll(async () => {
  await server.close();
  await site.close();
  await store.close();
  await place.remove();
});

async function joined(
  name: string,
  grants: readonly { role: Role; from?: string; to?: string }[],
  email: string,
): Promise<void> {
  await site.join(email, ...grants);
  const browser = site.browser();
  await browser.signIn(email);
  const cookie = [...browser.cookies].map((pair) => pair.join("=")).join("; ");
  const roles = name === "auditor-too-early" ? [] : grants.map(({ role }) => role);
  askers.push({ name, headers: { cookie, origin: `http://${HOST}` }, roles });
  const [role] = roles;
  if (role !== undefined) askers.push(await keyOf(`${name}-key`, role, permissionsForKeys([role])));
}

async function keyOf(name: string, role: Role, permissions: Permission[]): Promise<Asker> {
  const request = { name, user: `${role}@example.com`, days: 30, permissions };
  const { secret } = await site.identity.people(OPERATOR).keys.make(request);
  return { name, headers: { authorization: `Bearer ${secret}` }, roles: [role], only: permissions };
}

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

type Outcome = "in" | "unknown" | Permission;

/**
 * Let in, not recognized, or without this permission. Every request has an address of its own, to stay below the rate
 * limits.
 */
async function ask({ method, path }: Route, headers: Readonly<Record<string, string>>): Promise<Outcome> {
  asked += 1;
  const answer = await server.inject({
    method: method as "GET",
    url: path.replaceAll(/:\w+/g, "1"),
    headers: { ...headers, host: HOST },
    remoteAddress: `192.0.${Math.floor(asked / 250)}.${asked % 250}`,
    payloadAsStream: true,
  });
  const stream = answer.stream();
  if (answer.statusCode !== 403) {
    // A stream of events does not end.
    stream.destroy();
    return answer.statusCode === 401 ? "unknown" : "in";
  }
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  const { detail } = JSON.parse(text) as { detail: string };
  const row = /permission ([a-z:-]+)/.exec(detail)?.[1];
  if (row === undefined) throw new Error(`${method} ${path}: ${detail}`);
  return row as Permission;
}

it("is named by every route, and in the refusal of a caller without a role", async () => {
  const noRole = askers.find(({ name }) => name === "no-role");
  for (const route of routes) {
    const outcome = await ask(route, noRole?.headers ?? {});
    if (outcome !== "in" && outcome !== "unknown") rows.set(nameOf(route), outcome);
  }
  const others = routes.filter((route) => !rows.has(nameOf(route)));
  expect(
    others
      .filter(({ path }) => !path.startsWith("/api/v1/sensor/"))
      .map(nameOf)
      .sort(),
  ).toEqual(OPEN);
});

it("decides every route for every role, by session and by key", async () => {
  const wrong: string[] = [];
  const letIn = new Map<string, string[]>();
  let cells = 0;
  const everybody: readonly Asker[] = [{ name: "nobody", headers: {}, roles: [] }, ...askers];
  for (const route of routes) {
    const row = rows.get(nameOf(route));
    const names: string[] = [];
    for (const asker of everybody) {
      const outcome = await ask(route, asker.headers);
      cells += 1;
      if (outcome === "in") names.push(asker.name);
      if ((outcome === "in") !== mayAsk(route, row, asker)) wrong.push(`${asker.name} ${nameOf(route)}: ${outcome}`);
    }
    letIn.set(nameOf(route), names);
  }
  expect(wrong).toEqual([]);
  expect(cells).toBe(routes.length * everybody.length);
  const sorted = [...letIn].sort(([one], [other]) => (one < other ? -1 : 1));
  const lines = sorted.map(([name, names]) => {
    const who = names.length === everybody.length ? "everybody" : names.length === 0 ? "no person" : names.join(" ");
    return `${name} (${rows.get(name) ?? "no role needed"})\n  ${who}\n`;
  });
  const head = `${routes.length} routes, ${everybody.length} callers: ${cells} cells. Let in are:\n\n`;
  await expect(head + lines.join("")).toMatchFileSnapshot("../../test/golden/permissions.txt");
});

function mayAsk(route: Route, row: Permission | undefined, { roles, only }: Asker): boolean {
  if (row === undefined) return OPEN.includes(nameOf(route));
  const allowed: readonly Role[] | "anybody" = PERMISSIONS[row];
  if (allowed === "anybody") throw new Error(`${nameOf(route)} refused a request that is open to anybody`);
  return roles.some((role) => allowed.includes(role)) && (only === undefined || only.includes(row));
}

it("lets auditors change only how they sign in, and nothing at all after their last day", async () => {
  const auditor = askers.filter(({ name }) => /^auditor(-key)?$/.test(name));
  // Checkpoints are too long for a URL: comparing them is a read with a body.
  const reads = (name: string): boolean => name.startsWith("GET ") || name === "POST /api/v1/evidence/against";
  const changes = [...rows].filter(([name]) => !reads(name));
  const own = changes.filter(([, row]) => (PERMISSIONS[row] as readonly Role[]).includes("auditor"));
  expect([...new Set(own.map(([, row]) => row))]).toEqual(["account:own"]);

  site.pass(2 * DAY);
  known.clear();
  const after = new Set<string>();
  for (const { headers } of auditor) {
    for (const route of routes) {
      if (!rows.has(nameOf(route))) continue;
      const outcome = await ask(route, headers);
      after.add(outcome === rows.get(nameOf(route)) ? "refused" : `${nameOf(route)}: ${outcome}`);
    }
  }
  expect([...after]).toEqual(["refused"]);
});
