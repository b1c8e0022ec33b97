import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { createApp } from "../src/app.ts";
import type { RoleGrantRequest } from "../src/contract/index.ts";
import { startServer } from "../src/server/index.ts";
import { OPERATOR, PASSWORD } from "./access.ts";
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

/** A running server with a record that the real program made of listeners on loopback, and people who can sign in. */
export interface ConsoleSite {
  readonly origin: string;
  /** An open port of web-1 that is not authorized. */
  readonly port: number;
  /** Signs a browser in as a new user with these roles. */
  signIn(
    context: BrowserContext,
    email: string,
    ...roles: readonly (RoleGrantRequest | RoleGrantRequest["role"])[]
  ): Promise<void>;
  /** Ends every session of this user, as an admin would elsewhere. */
  endSessions(email: string): Promise<void>;
  /** Stops the server and starts it again on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function openConsoleSite(): Promise<ConsoleSite> {
  const directory = await mkdtemp(join(tmpdir(), "portolan-console-"));
  const place = await freshPlace("postgresql");
  const web = createHttpServer((_request, response) => response.setHeader("server", "nginx/1.18.0").end("hello"));
  const shell = createServer((socket) => socket.on("error", () => undefined).end(`SSH-2.0-${HOSTILE}\r\n`));
  const port = await listening(web, "127.0.9.1", 0);
  const other = await listening(shell, "127.0.9.3", 0);
  await writeFile(join(directory, "portolan.yaml"), SCOPE.replace("PORTS", `${port},${other}`));
  const app = await createApp({ directory, home: place.home, databaseUrl: place.databaseUrl, identify: true });
  const sweep = () => app.operations.sweeps.run({ targets: [], engine: "auto", requestedBy: "test" }, {});
  await sweep();
  const document = `version: 1\nauthorizedPorts:\n  - { asset: db-3, port: ${other}, owner: team-data, justification: administration }\n`;
  await app.operations.baseline.submit({ document, file: "port-baseline.yaml" });
  await app.operations.baseline.approve({ document, file: "port-baseline.yaml", approvedBy: "Ann" });
  await sweep();
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
      clock: { now: () => Date.now() },
      onUnexpected: (error) => {
        throw error;
      },
    });
  let server = await begin();
  at = Number(new URL(server.url).port);
  const origin = `http://localhost:${at}`;
  const post = (path: string, body: unknown) =>
    fetch(`${origin}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin },
      body: JSON.stringify(body),
    });
  return {
    origin,
    port,
    async signIn(context, email, ...roles) {
      const { url } = await identity.people(OPERATOR).users.invite({
        email,
        name: email.replace(/@.*/, ""),
        roles: roles.map((role) => (typeof role === "string" ? { role } : role)),
      });
      await post("/session/link", { token: url.split("#")[1], password: PASSWORD });
      const signedIn = await post("/session", { email, password: PASSWORD });
      const cookies = signedIn.headers.getSetCookie().map((text) => {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
        return { name, value, url: origin };
      });
      await context.addCookies(cookies);
    },
    async endSessions(email) {
      const people = identity.people(OPERATOR);
      const user = (await people.users.list()).users.find((each) => each.email === email);
      await people.users.disable({ id: user?.id ?? "" });
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

async function listening(server: Server, host: string, port: number): Promise<number> {
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
