import { createHmac } from "node:crypto";
import { fakeOperations } from "./fakes/operations.ts";
import {
  permissionsForKeys,
  type Access,
  type RoleGrantRequest,
  type ServerOperations,
} from "../src/contract/index.ts";
import { beginLog } from "../src/record/change/index.ts";
import { loadOrCreateKey, type SigningKey } from "../src/record/evidence/index.ts";
import { openAccess, type AccessConfig } from "../src/access/index.ts";
import type { Principal } from "../src/model/index.ts";
import { createServer } from "../src/server/server.ts";
import type { Store } from "../src/platform/storage/index.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const OPERATOR: Principal = { kind: "operator", name: "operator", roles: ["admin", "engineer", "approver"] };
export const PASSWORD = "correct horse battery staple";
export const TOKEN = "t".repeat(43);

export interface Site {
  readonly identity: Access;
  /** Signs the evidence log. */
  readonly key: SigningKey;
  readonly server: Awaited<ReturnType<typeof createServer>>["server"];
  /** The origin under which browsers reach it. */
  readonly origin: string;
  /** Moves the clock, in milliseconds. */
  pass(milliseconds: number): void;
  now(): number;
  /** Invites somebody and follows the link: an account with a password. */
  join(email: string, ...roles: readonly (RoleGrantRequest | RoleGrantRequest["role"])[]): Promise<void>;
  browser(address?: string): Browser;
  /** Types and data of all entries. */
  entries(): Promise<{ type: string; data: Record<string, unknown> }[]>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Record<string, unknown>;
}

/** An HTTP client with a cookie jar. */
export interface Browser {
  readonly cookies: Map<string, string>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  signIn(email: string, password?: string): Promise<Answer>;
}

/** A server with user accounts on a store. Hashing its passwords costs next to nothing. */
export async function openSite(
  store: Store,
  settings: {
    operations?: ServerOperations;
    sso?: AccessConfig["sso"];
    /** On a free port of loopback; otherwise requests arrive without a socket. */
    listens?: boolean;
    /** Trusts X-Forwarded-For from anybody, so that one machine can pose as a thousand addresses. */
    behindProxy?: boolean;
  } = {},
): Promise<Site> {
  const home = await mkdtemp(join(tmpdir(), "portolan-identity-"));
  let offset = 0;
  const clock = { now: () => Date.now() + offset };
  const key = loadOrCreateKey(home);
  await store.transaction((tx) => beginLog(tx, { key, at: clock.now() }));
  const identity = await openAccess({
    store,
    clock,
    home,
    sso: settings.sso,
    permissionsOf: permissionsForKeys,
    passwordCost: { N: 16, r: 1, p: 1 },
  });
  const { server } = await createServer({
    operations: settings.operations ?? fakeOperations(),
    identity,
    token: TOKEN,
    version: "0.0.0",
    hosts: [],
    isProxy: settings.behindProxy === true ? () => true : undefined,
    onUnexpected: (error) => {
      throw error;
    },
  });
  let origin = "http://localhost:4600";
  if (settings.listens === true) {
    const { port } = new URL(await server.listen({ host: "127.0.0.1", port: 0 }));
    origin = `http://localhost:${port}`;
  }
  identity.serveAt(origin);
  /** The authenticator apps of the admins who signed in: without one, an admin can do nothing else. */
  const apps = new Map<string, string>();
  const site: Site = {
    identity,
    key,
    server,
    origin,
    pass: (milliseconds) => (offset += milliseconds),
    now: clock.now,
    async join(email, ...roles) {
      const link = await identity.people(OPERATOR).users.invite({
        email,
        name: email.replace(/@.*/, ""),
        roles: roles.map((role) => (typeof role === "string" ? { role } : role)),
      });
      const used = await site
        .browser()
        .send("POST", "/session/link", { token: link.url.split("#")[1], password: PASSWORD });
      if (used.status !== 200) throw new Error(JSON.stringify(used.body));
    },
    browser(address = "192.0.2.1") {
      const cookies = new Map<string, string>();
      const browser: Browser = {
        cookies,
        async send(method, path, body, headers = {}) {
          const response = await server.inject({
            method: method as "GET",
            url: path,
            remoteAddress: address,
            headers: {
              host: new URL(origin).host,
              ...(method === "GET" ? {} : { origin }),
              "user-agent": "a browser",
              ...(cookies.size === 0 ? {} : { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") }),
              ...headers,
            },
            ...(body === undefined ? {} : { payload: body as object }),
          });
          for (const line of [response.headers["set-cookie"] ?? []].flat()) {
            const [pair = ""] = line.split(";");
            const at = pair.indexOf("=");
            if (/max-age=0/i.test(line)) cookies.delete(pair.slice(0, at));
            else cookies.set(pair.slice(0, at), pair.slice(at + 1));
          }
          const isJson = /json/.test(String(response.headers["content-type"]));
          return {
            status: response.statusCode,
            headers: response.headers,
            body: isJson ? (JSON.parse(response.body) as Answer["body"]) : { text: response.body },
          };
        },
        async signIn(email, password = PASSWORD) {
          const answer = await browser.send("POST", "/session", { email, password });
          if (apps.has(email) && answer.body["next"] === "code") {
            return await browser.send("POST", "/session/code", { code: codeAt(apps.get(email) ?? "", Date.now()) });
          }
          if (answer.status !== 200) return answer;
          const { body } = await browser.send("GET", "/session/account");
          if (body["secondFactorDue"] === true) apps.set(email, await setUpCodes(browser, password));
          return answer;
        },
      };
      return browser;
    },
    async entries() {
      const rows = await store.db.selectFrom("evidence_entry").select("body").orderBy("index").execute();
      return rows.map(({ body }) => JSON.parse(body ?? "") as { type: string; data: Record<string, unknown> });
    },
    async close() {
      await server.close();
      await identity.close();
      await rm(home, { recursive: true, force: true });
    },
  };
  return site;
}

/** Sets up an authenticator app, and returns its `otpauth:` address. */
export async function setUpCodes(browser: Browser, password = PASSWORD): Promise<string> {
  const { body } = await browser.send("POST", "/session/codes", { password });
  const uri = String(body["uri"]);
  await browser.send("POST", "/session/codes/confirmation", { code: codeAt(uri, Date.now()) });
  return uri;
}

/** The code that an authenticator app would show (RFC 6238, SHA-1, 30 seconds, 6 digits). */
export function codeAt(uri: string, at: number): string {
  const secret = base32(new URL(uri).searchParams.get("secret") ?? "");
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const start = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(start) & 0x7fff_ffff) % 1_000_000).padStart(6, "0");
}

function base32(text: string): Buffer {
  let bits = "";
  for (const letter of text.replace(/=+$/, "")) {
    bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0");
  }
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
