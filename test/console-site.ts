import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { createApp } from "../src/app.ts";
import { configExample } from "../src/contract/configuration.ts";
import { doctorExample } from "../src/contract/doctor.ts";
import type { Role } from "../src/model/index.ts";
import { startServer } from "../src/server/index.ts";
import { codeAt, OPERATOR, PASSWORD } from "./access.ts";
import { freshPlace } from "./databases.ts";

/** What a stranger may write into a banner, and a person into a name. */
export const HOSTILE = "<img src=x onerror=alert(1)>\u202egnp.exe";

const SCOPE = `version: 1
name: console
systemTypes: { host: { cadence: 1h, ports: "PORTS" } }
targets:
  - { name: dmz, addresses: [127.0.9.1-127.0.9.3], systemType: host, segment: dmz, owner: team-web }
assets:
  - { name: web-1, addresses: [127.0.9.1] }
  - { name: db-3, addresses: [127.0.9.3], segment: data, owner: team-data }
`;

/** The people who use it, with the role of each. */
const PEOPLE = {
  eve: "engineer",
  ann: "approver",
  rob: "responder",
  own: "service-owner",
  adm: "admin",
  aud: "auditor",
} as const satisfies Record<string, Role>;
export type PersonName = keyof typeof PEOPLE;

const DAY = 24 * 60 * 60_000;

/** An auditor's role has a first and a last day. */
function period(role: Role): { from?: string; to?: string } {
  if (role !== "auditor") return {};
  return { from: new Date(Date.now() - 3 * DAY).toISOString(), to: new Date(Date.now() + DAY).toISOString() };
}

/** A running server with a record that the real program made of listeners on loopback, and people who can sign in. */
export interface ConsoleSite {
  readonly origin: string;
  /** An open port of web-1 that is not authorized. */
  readonly port: number;
  /** Signs somebody in, in this browser. */
  signIn(context: BrowserContext, name: PersonName): Promise<void>;
  /** Disables the account, as an admin would elsewhere. */
  disable(name: PersonName): Promise<void>;
  /** Stops the server, and starts it again on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function openConsoleSite(): Promise<ConsoleSite> {
  const directory = await mkdtemp(join(tmpdir(), "portolan-console-"));
  const place = await freshPlace("postgresql");
  const web = createHttpServer((_request, response) => response.setHeader("server", "nginx/1.18.0").end("hello"));
  const shell = createServer((socket) => socket.on("error", () => undefined).end(`SSH-2.0-${HOSTILE}\r\n`));
  const port = await listening(web, "127.0.9.1");
  const other = await listening(shell, "127.0.9.3");
  await writeFile(join(directory, "portolan.yaml"), SCOPE.replace("PORTS", `${port},${other}`));
  // A password link counts as its maker's for a day, so the accounts are older than what is decided.
  let offset = -2 * DAY;
  const clock = { now: () => Date.now() + offset };
  const app = await createApp({ directory, home: place.home, databaseUrl: place.databaseUrl, identify: true, clock });
  await app.begin({ onEvent: () => undefined });
  const identity = await app.identity();
  let at = 0;
  const begin = () =>
    startServer({
      operations: app.operations,
      identity,
      sensors: app.sensors,
      home: place.home,
      version: "0.0.0",
      port: at,
      clock,
      doctor: () => Promise.resolve(doctorExample),
      configuration: () => Promise.resolve(configExample),
      onUnexpected: (error) => {
        throw error;
      },
    });
  let server = await begin();
  at = Number(new URL(server.url).port);
  const origin = `http://localhost:${at}`;
  const post = async (path: string, body: unknown, cookie = ""): Promise<Response> => {
    const response = await fetch(`${origin}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin, cookie },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response;
  };
  /** The admin's authenticator app, once it is set up: without it, an admin can do nothing else. */
  let codes: string | undefined;
  const cookieOf = async (name: PersonName): Promise<string> => {
    const jar = new Map<string, string>();
    const keep = (response: Response): Response => {
      for (const text of response.headers.getSetCookie()) {
        const [, key = "", value = ""] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
        jar.set(key, value);
      }
      return response;
    };
    const cookie = (): string => [...jar].map((pair) => pair.join("=")).join("; ");
    keep(await post("/session", { email: `${name}@example.com`, password: PASSWORD }));
    if (PEOPLE[name] !== "admin") return cookie();
    if (codes === undefined) {
      const begun = keep(await post("/session/codes", { password: PASSWORD }, cookie()));
      codes = ((await begun.json()) as { readonly uri: string }).uri;
      keep(await post("/session/codes/confirmation", { code: codeAt(codes, Date.now()) }, cookie()));
    } else keep(await post("/session/code", { code: codeAt(codes, Date.now()) }, cookie()));
    return cookie();
  };
  const { users } = identity.people(OPERATOR);
  for (const [name, role] of Object.entries(PEOPLE)) {
    const { url } = await users.invite({ email: `${name}@example.com`, name, roles: [{ role, ...period(role) }] });
    await post("/session/link", { token: url.split("#")[1], password: PASSWORD });
  }
  offset = 0;
  const sweep = () => app.operations.sweeps.run({ targets: [], engine: "auto", requestedBy: "test" }, {});
  await sweep();
  const document = `version: 1\nauthorizedPorts:\n  - { asset: db-3, port: ${other}, owner: team-data, justification: administration }\n`;
  const file = "port-baseline.yaml";
  await post("/api/v1/baseline/submissions", { document, file }, await cookieOf("eve"));
  await post("/api/v1/baseline/approvals", { document, file }, await cookieOf("ann"));
  await sweep();
  return {
    origin,
    port,
    async signIn(context, name) {
      const cookies = (await cookieOf(name)).split("; ").map((text) => {
        const [, key = "", value = ""] = /^([^=]+)=(.*)$/.exec(text) ?? [];
        return { name: key, value, url: origin };
      });
      await context.addCookies(cookies);
    },
    async disable(name) {
      const user = (await users.list()).users.find(({ email }) => email === `${name}@example.com`);
      await users.disable({ id: user?.id ?? "" });
    },
    stop: () => server.stop(),
    async start() {
      server = await begin();
    },
    async close() {
      await server.stop();
      await app.close();
      for (const each of [web, shell]) each.close();
      await place.remove();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function listening(server: Server, host: string): Promise<number> {
  server.listen(0, host);
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
