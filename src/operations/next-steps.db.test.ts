import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { approvedVersion } from "../../test/approved-version.ts";
import { anAuthorizedPort } from "../../test/compared-host.ts";
import { eachDatabase } from "../../test/databases.ts";
import type { ExportRequest, ImportRequest } from "../contract/index.ts";
import { Fault, type AuthorizedPort } from "../model/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { beginLog } from "../record/change/index.ts";
import { signingKey } from "../record/evidence/index.ts";
import { gapsIn } from "../record/history/io/gap-store.ts";
import { parsePorts, parseScope, recordAssetAddresses, recordScope, resolveScope } from "../scope/index.ts";
import { createPlan, type Plan } from "../sensing/scanner/plan.ts";
import { exportFindings } from "./exports.ts";
import { createBundleExport } from "./bundle.ts";
import { createHistory } from "./history.ts";
import { importFile } from "./imports.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { orderFor } from "./sweep.ts";
import { recording } from "../../test/recording.ts";

/** When the scan of the file ended, and now. */
const SCANNED = 1_795_330_957_000;
const NOW = SCANNED + 600_000;
const HOUR = 3_600_000;
const scopeOf = (addresses: string): string =>
  `version: 1\nname: lab\nsystemTypes: { host: { cadence: 1h } }\ntargets:\n  - { name: web, addresses: ${addresses}, systemType: host }\n`;
const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;

interface Case {
  readonly next: RegExp;
  readonly refused: () => Promise<unknown>;
  readonly followed: readonly (() => Promise<unknown>)[];
}

eachDatabase("the next step of a refused request", (open) => {
  let store: Store;
  let scope: ScopeInForce;
  let now = NOW;
  const clock = { now: () => now };
  beforeEach(async () => {
    now = NOW;
    store = await open();
    await store.transaction((tx) => beginLog(tx, { key, at: SCANNED }));
    await declare(scopeOf("[127.0.0.0/24]"));
  });

  async function declare(document: string): Promise<void> {
    const parsed = parseScope(document, "portolan.yaml", () => "");
    const resolved = await resolveScope(parsed, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
    const version = await recording(store, async (tx) => {
      await recordAssetAddresses(tx, resolved, now);
      return (await recordScope(tx, { scope: parsed, document, by: "jane", at: now })).version;
    });
    scope = { version, resolved, others: [] };
  }

  async function importScan(request: Partial<ImportRequest>, scan = "nmap-few.xml"): Promise<unknown> {
    const content = await readFile(join(import.meta.dirname, "../../test/fixtures/scans", scan));
    async function* once(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(content);
    }
    const asked = {
      file: "scan.xml",
      format: "auto",
      vantage: "outside",
      thisMachine: true,
      targets: [],
      requestedBy: "jane",
    };
    return await importFile({ store, clock, key }, scope, { ...asked, ...request } as ImportRequest, once());
  }

  const exported = (request: ExportRequest) => exportFindings({ store, clock, version: "1" }, request);
  const bundle = (to: number) =>
    createBundleExport({ store, clock, key, home: tmpdir(), version: "1" })({ from: SCANNED - 3, to });
  const gaps = (from: number, to: number) => createHistory({ store, clock }).gaps({ from, to });
  const gapsOf = (from: number, to: number) => gapsIn(store.db, { from, to, vantage: "inside", assets: [] });
  const at = (time: number) => createHistory({ store, clock }).at({ at: time });
  const order = (plan: Plan) =>
    Promise.resolve(orderFor({}, scope, plan, { targets: [], engine: "auto", requestedBy: "jane" }, false));
  const approved = (port: Partial<AuthorizedPort>, time = now) =>
    approvedVersion(store, { ports: [anAuthorizedPort(port)], document: "version: 1\n", by: "Ada", at: time });
  const begun = (origin: string) => async () => {
    const fresh = await open();
    await fresh.transaction((tx) => beginLog(tx, { key, at: NOW, origin }));
  };

  const CASES: Readonly<Record<string, Case>> = {
    "a vantage point with blanks": {
      next: /^Name the place that the other scanner scanned from, for example: outside\.$/,
      refused: () => importScan({ vantage: "from outside" }),
      followed: [() => importScan({ vantage: "outside" })],
    },
    "an import from the vantage point of this installation": {
      next: /^Name the place that the other scanner scanned from, or leave --vantage out\.$/,
      refused: () => importScan({ vantage: "inside" }),
      followed: [() => importScan({ vantage: "outside" })],
    },
    "an import from the vantage point of this installation, by leaving it out": {
      next: /, or leave --vantage out\.$/,
      refused: () => importScan({ vantage: "inside" }),
      // What the command line sends without the option.
      followed: [() => importScan({ vantage: "import" })],
    },
    "targets without ports": {
      next: /^Add --ports\. For a file of nmap, which states both itself, leave --targets out instead\.$/,
      refused: () => importScan({ targets: ["127.0.0.1"] }),
      followed: [
        () => importScan({ targets: ["127.0.0.1"], ports: "18075-18085" }, "masscan.list"),
        () => importScan({}),
      ],
    },
    "a hostname for what was scanned": {
      next: /^Give the addresses that were scanned: a hostname may have resolved to other addresses then\.$/,
      refused: () => importScan({ targets: ["web.example"], ports: "18075-18085" }, "masscan.list"),
      followed: [() => importScan({ targets: ["127.0.0.1"], ports: "18075-18085" }, "masscan.list")],
    },
    "a scan of a clock that is ahead": {
      next: /^Correct the clock of the scanning machine, or of this one, and scan again\.$/,
      refused: async () => {
        now = SCANNED - 400 * 24 * HOUR;
        await importScan({});
      },
      followed: [
        () => {
          now = NOW;
          return importScan({});
        },
      ],
    },
    "a file that was imported already": {
      next: /^Nothing was recorded\. Import the file of another scan\.$/,
      refused: async () => {
        await importScan({});
        await importScan({});
      },
      followed: [() => importScan({ targets: ["127.0.0.1"], ports: "18075-18085" }, "masscan.list")],
    },
    "recipients of a file": {
      next: /^Leave sender and recipients out, or choose the format mail\.$/,
      refused: () => exported({ format: "csv", mailTo: ["a@example.com"] }),
      followed: [() => exported({ format: "csv" }), () => exported({ format: "mail", mailTo: ["a@example.com"] })],
    },
    "gaps of a period backwards": {
      next: /^Give a --from that is earlier than --to\.$/,
      refused: () => gaps(SCANNED + 2, SCANNED + 1),
      followed: [() => gaps(SCANNED + 1, SCANNED + 2)],
    },
    "a bundle of a time before the record": {
      next: /^Give a later --to: portolan status shows/,
      refused: () => bundle(SCANNED - 2),
      followed: [() => bundle(SCANNED + 1)],
    },
    "gaps of an empty period": {
      next: /^Give an end that is later than the beginning\.$/,
      refused: () => gapsOf(SCANNED, SCANNED),
      followed: [() => gapsOf(SCANNED, SCANNED + 1)],
    },
    "a time to come": {
      next: /^Give a time in the past\.$/,
      refused: () => at(NOW + 1),
      followed: [() => at(NOW - 1)],
    },
    "a sweep of nothing": {
      next: /^Correct the targets or exclusions in portolan\.yaml, or the DNS records of the names\.$/,
      refused: async () => {
        await declare(`${scopeOf("[127.0.0.1]")}exclusions: [{ addresses: [127.0.0.1], reason: fragile }]\n`);
        await order(planOf());
      },
      followed: [
        async () => {
          await declare(scopeOf("[127.0.0.1]"));
          await order(planOf());
        },
      ],
    },
    "a sweep of too many endpoints": {
      next: /^Name fewer targets or ports, or split the target in portolan\.yaml\.$/,
      refused: async () => {
        await declare(scopeOf("[10.0.0.0/8]"));
        await order(planOf("-"));
      },
      followed: [
        () => order(planOf("22")),
        async () => {
          await declare(scopeOf("[10.0.0.0/16]"));
          await order(planOf("22,80"));
        },
      ],
    },
    "an entry of a port baseline without an owner": {
      next: /^Write who answers for each port and why it has to be open, or remove the entry; then approve again\.$/,
      refused: () => approved({ owner: "" }),
      followed: [() => approved({ owner: "team-web", justification: "shop" })],
    },
    "an approval before the one in force": {
      next: /^Set the clock right, then approve again: the latest approval is what is in force\.$/,
      refused: async () => {
        await approved({ ports: [22, 22] });
        await approved({ ports: [80, 80] }, NOW - HOUR);
      },
      followed: [() => approved({ ports: [80, 80] }, NOW + 1)],
    },
    "a name of the log with a blank": {
      next: /^Use a name like a URL without its scheme, for example portolan\.example\.com\/log\.$/,
      refused: begun("portolan log"),
      followed: [begun("portolan.example.com/log")],
    },
  };

  it.each(Object.keys(CASES))("leads on from %s", async (name) => {
    const { next, refused, followed } = CASES[name]!;
    const fault: unknown = await refused().catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Fault);
    expect((fault as Fault).next).toMatch(next);
    for (const again of followed) await again();
  });

  function planOf(ports = "22"): Plan {
    const blocks = [{ addresses: scope.resolved.boundary.subtract(scope.resolved.excluded), ports: parsePorts(ports) }];
    return createPlan({ blocks, seed: "0".repeat(32) });
  }
});
