import { createBaseline } from "../src/operations/baseline.ts";
import { createGaps } from "../src/operations/gaps.ts";
import type { OperationDeps } from "../src/operations/operation-deps.ts";
import { parseScope, recordScope, resolveScope } from "../src/scope/index.ts";
import type { Store } from "../src/platform/storage/index.ts";
import { openSite, PASSWORD, type Answer, type Browser, type Site } from "./access.ts";
import { fakeOperations } from "./fakes/operations.ts";
import { recording } from "./recording.ts";

const SCOPE = `version: 1
name: test
systemTypes:
  host: { cadence: 1h }
targets:
  - { name: web, addresses: [10.77.0.0/24], systemType: host }
assets:
  - { name: web-1, addresses: [10.77.0.2], owner: team-web }
`;

/** A site at which people decide about port baselines and gaps on a real record; everything else is fake. */
export interface Deciding extends Site {
  /** A browser in which this user is signed in. */
  as(email: string): Promise<Browser>;
  submit(browser: Browser, document: string): Promise<Answer>;
  /** By the hash of a proposal, or by a document. */
  approve(browser: Browser, named: string, headers?: Record<string, string>): Promise<Answer>;
  /** Makes a password link as this admin, and uses it. */
  takeOver(admin: Browser, email: string): Promise<void>;
}

/** Port baselines as an engineer writes them. */
export function yamlOf(...ports: readonly (number | string)[]): string {
  const entry = (port: number | string): string =>
    `  - { asset: web-1, port: ${port}, owner: team-web, justification: web shop }\n`;
  return `version: 1\nauthorizedPorts:${ports.length === 0 ? " []" : `\n${ports.map(entry).join("")}`}\n`;
}

export async function openDeciding(store: Store, settings: { listens?: boolean } = {}): Promise<Deciding> {
  const scope = parseScope(SCOPE, "portolan.yaml", () => "");
  const resolved = await resolveScope(scope, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
  let clock = { now: (): number => Date.now() };
  const deps = {
    store,
    clock: { now: () => clock.now() },
    user: "root",
    scopeAsRecorded: () => Promise.resolve({ resolved, others: [] }),
  } as unknown as OperationDeps;
  const site = await openSite(store, {
    ...settings,
    operations: { ...fakeOperations(), baseline: createBaseline(deps), gaps: createGaps(deps) },
  });
  clock = site;
  await recording(store, (tx) => recordScope(tx, { scope, document: SCOPE, by: "jane", at: site.now() }));
  return {
    ...site,
    async as(email) {
      const browser = site.browser();
      const { status, body } = await browser.signIn(email);
      if (status !== 200) throw new Error(JSON.stringify(body));
      return browser;
    },
    submit: (browser, document) =>
      browser.send("POST", "/api/v1/baseline/submissions", { document, file: "port-baseline.yaml" }),
    approve: (browser, named, headers = {}) => {
      const what = /^[0-9a-f]{64}$/.test(named) ? { proposal: named } : { document: named, file: "port-baseline.yaml" };
      return browser.send("POST", "/api/v1/baseline/approvals", { ...what, approvedBy: "Bob" }, headers);
    },
    async takeOver(admin, email) {
      const { body } = await admin.send("POST", `/api/v1/users/${email}/links`);
      const token = String(body["url"]).split("#")[1];
      const used = await site.browser().send("POST", "/session/link", { token, password: PASSWORD });
      if (used.status !== 200) throw new Error(JSON.stringify(used.body));
    },
  };
}

/** The hash of what was submitted. */
export function hashIn({ status, body }: Answer): string {
  if (status !== 200) throw new Error(JSON.stringify(body));
  return (body["proposal"] as { proposal: string }).proposal;
}
