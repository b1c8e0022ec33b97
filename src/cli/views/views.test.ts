import { describe, expect, it } from "vitest";
import * as results from "../../../test/fakes/results.ts";
import type {
  AtResult,
  DiffResult,
  DoctorResult,
  FindingView,
  ImportResult,
  StatusResult,
  SweepResult,
} from "../../contract/index.ts";
import { continuityExample } from "../../contract/continuity.ts";
import { exposureExample } from "../../contract/exposure.ts";
import { endpointHistory } from "../../contract/history/endpoint.ts";
import { createPage, type Page } from "../screen/page.ts";
import type { Style } from "../screen/style.ts";
import { widthOf } from "../screen/text.ts";
import { showGaps } from "./gaps.ts";
import { share, showAt, showDiff } from "./history.ts";
import { showApproval, showAssetPorts, showBaseline, showBaselineHistory } from "./baseline.ts";
import { showProposals, showReview, showSubmission } from "./proposals.ts";
import { showDoctor } from "./doctor.ts";
import { showAgainst, showCheckpoint, showCheckpoints, showVerification } from "./evidence.ts";
import { showContinuity } from "./continuity.ts";
import { showEndpointHistory } from "./endpoint-history.ts";
import { showExposure } from "./exposure.ts";
import { showFinding } from "./finding.ts";
import { showFindings } from "./findings.ts";
import { showKeyMade, showKeyRevoked, showKeys } from "./keys.ts";
import { showSessionRevoked, showSessions } from "./sessions.ts";
import { showLink, showUsers } from "./users.ts";
import { showInvitation, showRevocation, showSensors } from "./sensors.ts";
import { showEvent, showNextSteps } from "./start.ts";
import { showExposureIntervals, showExposureMap } from "./exposure-map.ts";
import { showSample } from "./sample.ts";
import { showScopeCheck, showScopeSet } from "./scope.ts";
import { showStatus } from "./status.ts";
import { againstExample } from "../../contract/evidence/examples.ts";
import { exposureIntervalsExample, exposureMapExample } from "../../contract/exposure-map.ts";
import { sampleExample } from "../../contract/sample.ts";
import { scopeCheckExample, scopeSetExample } from "../../contract/scope.ts";
import { showImport } from "./imports.ts";
import { showSweep } from "./sweeps.ts";

const style: Style = {
  width: 80,
  colour: false,
  timeZone: "Europe/Zurich",
  now: Date.parse("2026-03-14T09:00:00Z"),
  program: "portolan",
};

function page(show: (page: Page) => void, overrides: Partial<Style> = {}): string {
  const made = createPage({ ...style, ...overrides });
  show(made);
  return made.text();
}

const EVIL = "evil\u001b[2J\u001b[1;1H\u202e\r\nno open ports\u0007";

/** The same value with hostile text in every string except times, numbers and words of a fixed list. */
function hostile<Value>(value: Value, keep: ReadonlySet<string>): Value {
  if (typeof value === "string") {
    const fixed = keep.has(value) || /^\d{4}-\d\d-\d\dT/.test(value);
    return (fixed ? value : `${value}${EVIL}`) as Value;
  }
  if (Array.isArray(value)) return value.map((each) => hostile(each, keep) as unknown) as Value;
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hostile(each, keep)])) as Value;
  }
  return value;
}

const WORDS = new Set(
  "tcp udp open closed filtered no-response unreachable unknown known partly-known complete partial untrusted new unchanged resolved regressed embedded ok limited broken full requested imported nmap".split(
    " ",
  ),
);

const broken: StatusResult = {
  ...results.status,
  targets: [],
  coverage: { endpoints: 65_535, known: 0, silent: 0, unknown: 65_535 },
  open: 0,
  findings: { open: 0, byKind: {} },
};
delete broken.baseline;

const partial: SweepResult = {
  ...results.sweep,
  hosts: { answered: 3, silent: 0, silentEndpoints: 0 },
  engineNote: "engine connect: syn is not possible, raw packets need the capability CAP_NET_RAW",
  sweep: {
    ...results.sweep.sweep,
    engineReport: {
      engine: "syn",
      sent: 46_700,
      retried: 95,
      dropped: 412,
      errors: {},
      loss: 0.0193,
      doubtful: { hosts: 2, endpoints: 41, first: [{ address: "10.77.0.3", silent: 40, why: "limits-refusals" }] },
    },
    verdict: "partial",
    reason: "stopped by SIGINT",
    counts: { "not-scanned": 150_000, open: 0, closed: 46_605, filtered: 0, "no-response": 0, unreachable: 0 },
  },
  open: [],
  silent: [],
  findings: [],
  resolved: [],
};
delete partial.baselineVersion;

const overUdp: SweepResult = {
  ...results.sweep,
  hosts: { answered: 3, silent: 0, silentEndpoints: 0 },
  sweep: {
    ...results.sweep.sweep,
    counts: { "not-scanned": 0, open: 1, closed: 30, filtered: 0, "no-response": 169, unreachable: 0 },
  },
  open: [{ asset: "web-1", address: "10.77.0.2", transport: "udp", port: 53, service: "domain" }],
  silent: [],
  limited: [{ asset: "web-1", address: "10.77.0.2", unresolved: 168, perSecond: 1 }],
  findings: [],
  resolved: [],
};

const udpSilent: DiffResult = {
  ...results.diff,
  changes: [{ asset: "web-1", address: "10.77.0.2", transport: "udp", port: 53, before: "open", after: "no-response" }],
  otherChanges: [],
};

const partialImport: ImportResult = {
  ...results.imported,
  sweep: { ...results.imported.sweep, verdict: "partial", reason: "the file ends in the middle", planned: 1 },
  claim: { ports: "1-1000", targets: "10.77.0.0/24" },
  open: [],
  opened: 0,
  ignoredOutOfOrder: 3,
  leftOut: { ...results.imported.leftOut, outsideScope: 1, hostsDown: 0, notCovered: 0, loopback: 1, portZero: 2 },
};

const nothingYet: AtResult = { ...results.at, assets: [] };
delete nothingYet.scopeVersion;

const doctor: DoctorResult = {
  schema: "portolan.doctor/1",
  checks: [
    { name: "node", verdict: "ok", detail: "version 24.21.0" },
    {
      name: "raw sockets",
      verdict: "limited",
      detail: "not allowed; the connect engine serves",
      fix: "run as root or with CAP_NET_RAW for raw packets",
    },
    {
      name: "database",
      verdict: "broken",
      detail:
        "PostgreSQL at db.internal:5432 refused the connection (ECONNREFUSED), so nothing can be read or recorded",
      fix: "start it, or correct DATABASE_URL",
    },
  ],
};

const views: Readonly<Record<string, (page: Page) => void>> = {
  sweep: (on) => showSweep(on, results.sweep),
  "sweep-partial": (on) => showSweep(on, partial),
  "sweep-udp": (on) => showSweep(on, overUdp),
  "diff-udp": (on) => showDiff(on, udpSilent),
  import: (on) => showImport(on, results.imported),
  "import-partial-claimed": (on) => showImport(on, partialImport),
  status: (on) => showStatus(on, results.status),
  "status-nothing-known": (on) => showStatus(on, broken),
  at: (on) => showAt(on, results.at),
  "at-before-everything": (on) => showAt(on, nothingYet),
  diff: (on) => showDiff(on, results.diff),
  "diff-nothing-compared": (on) => showDiff(on, { ...results.diff, changes: [], otherChanges: [], compared: 0 }),
  gaps: (on) => showGaps(on, results.gaps),
  sample: (on) => showSample(on, sampleExample),
  "scope-check": (on) => showScopeCheck(on, scopeCheckExample, "portolan.yaml"),
  "scope-set": (on) => showScopeSet(on, scopeSetExample),
  "exposure-map": (on) => showExposureMap(on, exposureMapExample, "segment"),
  "exposure-intervals": (on) => showExposureIntervals(on, exposureIntervalsExample),
  "evidence-against": (on) => showAgainst(on, againstExample),
  "evidence-published": (on) =>
    showAgainst(on, {
      ...againstExample,
      contained: 40,
      found: [],
      next: undefined,
      destinations: [
        { name: "directory /mnt/evidence", checkpoints: 40 },
        {
          name: "bucket https://s3.example.com/evidence",
          checkpoints: 0,
          problem: "it cannot be read: it answers 403",
        },
      ],
    }),
  findings: (on) => showFindings(on, results.findings, "open"),
  finding: (on) => showFinding(on, results.finding),
  "finding-out-of-scope": (on) => {
    const left = { status: "out-of-scope", outOfScope: { at: "2026-03-14T09:00:00Z", version: 4 } } as const;
    const { next: _next, ...telnet } = results.telnet;
    showFindings(on, { ...results.findings, findings: [{ ...telnet, ...left }] }, "recorded");
    showEvent(on, { kind: "finding-out-of-scope", finding: { ...telnet, ...left } });
  },
  "findings-none": (on) => showFindings(on, { ...results.findings, findings: [] }, "open"),
  baseline: (on) => showBaseline(on, results.baseline),
  "baseline-approved": (on) =>
    showApproval(on, {
      ...results.approval,
      alsoBy: [{ name: "Root <root@example.com>", through: "link", since: "2026-03-14T08:00:00.000Z" }],
    }),
  "baseline-asset": (on) => showAssetPorts(on, results.assetPorts),
  "baseline-history": (on) => showBaselineHistory(on, results.baselineHistory),
  "baseline-submitted": (on) => showSubmission(on, results.submission),
  "baseline-proposals": (on) => showProposals(on, results.proposals),
  "baseline-review": (on) => showReview(on, results.review),
  "evidence-verified": (on) => showVerification(on, results.verified),
  "evidence-log-alone": (on) => {
    const { tables: _tables, ...log } = results.verified;
    showVerification(on, { ...log, answers: { compared: false, bound: "from the beginning" } });
  },
  "evidence-bound-since": (on) => {
    const boundSince = "2026-03-13T23:40:00.000Z";
    showVerification(on, { ...results.verified, answers: { compared: true, bound: "since", boundSince } });
    showVerification(on, { ...results.verified, answers: { compared: true, bound: "not yet" } });
    const later = "2026-03-14T23:40:00.000Z";
    showAt(on, { ...results.at, boundSince: later });
    showExposure(on, { ...exposureExample, boundSince: later });
    showEndpointHistory(on, { ...endpointHistory, boundSince: later });
    showContinuity(on, { ...continuityExample, boundSince: later });
    showFinding(on, { ...results.finding, boundSince: later });
  },
  "evidence-broken": (on) =>
    showVerification(on, {
      ...results.verified,
      ok: false,
      problems: [
        { entry: 41, problem: "its hash is not the recorded one" },
        { checkpoint: 3, problem: "the signature does not verify" },
      ],
    }),
  sensors: (on) => {
    showSensors(on, results.sensors);
    showInvitation(on, results.invitation);
    showRevocation(on, results.revocation);
  },
  users: (on) => {
    const gone = { ...results.user, email: "bob@example.com", roles: [], passkeys: 0, secondFactor: false };
    const disabled = { ...gone, disabledAt: "2026-03-13T09:00:00.000Z" };
    showUsers(on, { ...results.users, users: [...results.users.users, disabled] });
    showLink(on, results.link);
  },
  keys: (on) => {
    const used = { ...results.key, lastUsedAt: "2026-03-14T08:00:00.000Z" };
    const expired = { ...results.key, name: "old", expiresAt: "2026-03-13T09:00:00.000Z" };
    showKeys(on, { ...results.keys, keys: [used, expired, results.keyRevoked.key] });
    showKeyMade(on, results.keyMade);
    showKeyRevoked(on, results.keyRevoked);
  },
  sessions: (on) => {
    showSessions(on, results.sessions);
    showSessionRevoked(on, results.sessionRevoked);
  },
  "evidence-contradicted": (on) =>
    showVerification(on, {
      ...results.verified,
      ok: false,
      tables: {
        compared: [{ table: "sweep", rows: 480 }],
        contradicting: 2,
        contradictions: [
          {
            table: "sweep",
            row: "sweep 12",
            column: "verdict",
            says: `"complete"`,
            signed: `"partial"`,
            entry: 57,
            problem: `sweep 12 has verdict "complete", and entry 57 says "partial".`,
          },
          { table: "sweep", row: "sweep 99", problem: "sweep 99 is in the table, and no entry records it." },
        ],
      },
    }),
  "evidence-checkpoints": (on) => showCheckpoints(on, results.checkpoints),
  "evidence-checkpoint": (on) => showCheckpoint(on, results.checkpoint),
  doctor: (on) => showDoctor(on, doctor),
  start: (on) => {
    showNextSteps(on, {
      url: "http://127.0.0.1:4600",
      tokenPath: "/srv/portolan/.portolan/token",
      proposal: "port-baseline.proposed.yaml",
    });
    showEvent(on, { kind: "sweep-finished", result: results.sweep });
    const sshd = { process: "sshd", user: "root", unit: "ssh.service", bind: "any" } as const;
    showEvent(on, { kind: "listener-appeared", listener: { transport: "tcp", address: "::", port: 22, ...sshd } });
    const web = { process: "nginx", container: "4f1c4f1c4f1c", bind: "private" } as const;
    showEvent(on, { kind: "listener-vanished", listener: { transport: "tcp", address: "10.0.0.4", port: 80, ...web } });
    showEvent(on, { kind: "finding-opened", finding: results.telnet });
    showEvent(on, { kind: "finding-regressed", finding: results.telnet });
    showEvent(on, { kind: "finding-resolved", finding: results.resolvedFtp });
    showEvent(on, {
      kind: "gap",
      from: "2026-03-14T07:00:00Z",
      to: "2026-03-14T08:00:00Z",
      cause: "the machine was suspended",
    });
    showEvent(on, { kind: "log", level: "warn", message: "web.example.internal does not resolve now" });
  },
};

describe.each(Object.entries(views))("%s", (name, show) => {
  it("matches its golden file", async () => {
    await expect(page(show)).toMatchFileSnapshot(`../../../test/golden/cli/${name}.txt`);
  });

  it("fits 80 columns", () => {
    // Signed notes and commands must not be wrapped.
    const lines = page(show).split("\n");
    const wide = lines.filter((line) => widthOf(line) > 80 && !/^ {5}portolan|open a port:|^—/.test(line));
    expect(wide).toEqual([]);
  });

  it("shows the same with colours", () => {
    // eslint-disable-next-line no-control-regex
    expect(page(show, { colour: true }).replace(/\u001b\[\d+m/g, "")).toBe(page(show));
  });
});

describe("hostile text", () => {
  const evil: Readonly<Record<string, (page: Page) => void>> = {
    sweep: (on) => showSweep(on, hostile(results.sweep, WORDS)),
    import: (on) => showImport(on, hostile(results.imported, WORDS)),
    status: (on) => showStatus(on, hostile(results.status, WORDS)),
    at: (on) => showAt(on, hostile(results.at, WORDS)),
    diff: (on) => showDiff(on, hostile(results.diff, WORDS)),
    gaps: (on) => showGaps(on, hostile(results.gaps, WORDS)),
    sample: (on) => showSample(on, hostile(sampleExample, new Set([...WORDS, "endpoints"]))),
    "scope check": (on) => showScopeCheck(on, hostile(scopeCheckExample, WORDS), EVIL),
    "exposure map": (on) => showExposureMap(on, hostile(exposureMapExample, WORDS), "owner"),
    against: (on) => showAgainst(on, hostile(againstExample, new Set([...WORDS, "rolled-back"]))),
    findings: (on) => showFindings(on, hostile(results.findings, WORDS), EVIL),
    baseline: (on) => showBaseline(on, hostile(results.baseline, WORDS)),
    approval: (on) => showApproval(on, hostile(results.approval, WORDS)),
    doctor: (on) => showDoctor(on, hostile(doctor, WORDS)),
    users: (on) => showUsers(on, hostile(results.users, WORDS)),
    keys: (on) => showKeys(on, hostile(results.keys, WORDS)),
    sessions: (on) => showSessions(on, hostile(results.sessions, WORDS)),
    event: (on) => showEvent(on, { kind: "log", level: "warn", message: EVIL }),
    listener: (on) =>
      showEvent(on, {
        kind: "listener-appeared",
        listener: { transport: "tcp", address: "::1", port: 80, process: EVIL, unit: EVIL, user: EVIL },
      }),
    checkpoint: (on) => showCheckpoint(on, { ...results.checkpoint, note: "portolan\n\u001b[2Jno" }),
    verification: (on) =>
      showVerification(on, hostile({ ...results.verified, ok: false, problems: [{ entry: 1, problem: "x" }] }, WORDS)),
  };
  it.each(Object.entries(evil))("cannot act on the terminal from %s", async (name, show) => {
    const text = page(show);
    // eslint-disable-next-line no-control-regex
    expect(text.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text).not.toMatch(/^no open ports/m);
    if (name === "sweep") await expect(text).toMatchFileSnapshot("../../../test/golden/cli/hostile-sweep.txt");
  });
});

describe("a long list of findings", () => {
  it("ends with the number of the others", () => {
    const findings: FindingView[] = Array.from({ length: 60 }, (_each, at) => ({ ...results.telnet, id: at + 1 }));
    const text = page((on) => showFindings(on, { ...results.findings, findings }, "open"));
    expect(text).toContain("#50 ");
    expect(text).not.toContain("#10 ");
    expect(text).toMatch(/\n {2}and 10 more \(--json shows all\)\n\nNext, unauthorized-open: /);
  });
});

describe("share", () => {
  it("is 100 % only without any gap", () => {
    expect(share(1)).toBe("100 %");
    expect(share(0.999999)).toBe("99.99 %");
    expect(share(0)).toBe("0 %");
  });
});

it("puts a declared asset in quotes if its name reads like undeclared hosts", () => {
  const named = { asset: "net (undeclared)" };
  const assets = results.at.assets.slice(0, 2);
  const at = page((on) => showAt(on, { ...results.at, assets: assets.map((each) => ({ ...each, ...named })) }));
  const both = { ...results.at, assets: assets.map((each, index) => ({ ...each, ...named, ...declaredFirst(index) })) };
  expect(at).not.toContain('"net (undeclared)"');
  expect(page((on) => showAt(on, both)).match(/^"?net \(undeclared\)"? /gm)).toEqual([
    '"net (undeclared)" ',
    "net (undeclared) ",
  ]);

  const gaps = results.gaps.assets.slice(0, 2).map((each, index) => ({ ...each, ...named, ...declaredFirst(index) }));
  expect(page((on) => showGaps(on, { ...results.gaps, assets: gaps })).match(/^"?net \(undeclared\)"?:/gm)).toEqual([
    '"net (undeclared)":',
    "net (undeclared):",
  ]);

  const [change] = results.diff.changes;
  const changes = [{ ...change!, ...named, declared: true as const }];
  expect(page((on) => showDiff(on, { ...results.diff, changes, otherChanges: [] }))).toContain('"net (undeclared)"');
});

function declaredFirst(index: number): { declared?: true } {
  return index === 0 ? { declared: true } : {};
}
