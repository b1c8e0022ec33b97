// @module-tag long
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ProblemDetails } from "../../src/contract/index.ts";
import { FAULT_CODES, type FaultCode } from "../../src/model/index.ts";
import { openStore } from "../../src/platform/storage/index.ts";
import { readRunningServer, readToken } from "../../src/server/index.ts";
import { askForDatabases, copyHome, freshPlace, type Place } from "../databases.ts";
import { PROGRAM, WATCHING_BRIEFLY } from "./portolan.ts";

const SCOPE = `version: 1
name: here
systemTypes: { s: { cadence: 1h, ports: "22" } }
targets: [{ name: a, addresses: [127.0.0.1], systemType: s }]
`;
const PROPOSAL = `version: 1
authorizedPorts:
  - { asset: a, port: 22, owner: "", justification: "" }
`;
const JUSTIFIED = PROPOSAL.replaceAll('""', "me");
const STRANGER = { email: "nobody@example.com", password: "wrong password" };

/** A command in a folder of the suite, and what its error must name. */
interface ByCommand {
  readonly words: readonly string[];
  readonly folder?: "record" | "invalid" | "other-token" | "served" | "unreachable" | "altered";
  readonly environment?: Readonly<Record<string, string>>;
  /** Words of a shell before the command. */
  readonly shell?: string;
  /** Part of the place; absent: the message itself says where. */
  readonly place?: RegExp;
  readonly says: RegExp;
  readonly next: RegExp;
}

interface ByRoute {
  readonly method?: "POST";
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** How often, until the answer of the last one counts. */
  readonly times?: number;
  readonly status: number;
  readonly says: RegExp;
  readonly next: RegExp;
}

interface Row {
  /** A text: why no command can meet it, and where its message is tested instead. */
  readonly command: ByCommand | string;
  readonly route: ByRoute | string;
}

const WITHOUT_RAW_PACKETS = process.getuid?.() === 0 ? "setpriv --bounding-set=-net_raw --inh-caps=-all " : "";

/** Every code of the product. A new one without a row does not compile. */
const ROWS = {
  "config-invalid": {
    command: { words: ["sweep"], folder: "invalid", place: /portolan\.yaml:4:\d+$/, says: /targets/, next: /./ },
    route: { path: "/api/v1/sweeps?from=soon", status: 400, says: /from/, next: /./ },
  },
  "target-refused": {
    command: { words: ["sweep", "192.0.2.1"], says: /192\.0\.2\.1/, next: /scope|target/ },
    route: {
      method: "POST",
      path: "/api/v1/sweeps",
      body: { targets: ["192.0.2.1"], engine: "auto", requestedBy: "Ada" },
      status: 403,
      says: /192\.0\.2\.1/,
      next: /scope|target/,
    },
  },
  "not-found": {
    command: { words: ["sweeps", "show", "999"], says: /999/, next: /portolan sweeps/ },
    route: { path: "/api/v1/sweeps/999", status: 404, says: /999/, next: /GET \/api\/v1\/sweeps/ },
  },
  "store-unavailable": {
    command: {
      words: ["status"],
      folder: "unreachable",
      environment: { DATABASE_URL: "postgresql://portolan@127.0.0.1:1/portolan" },
      place: /127\.0\.0\.1:1/,
      says: /127\.0\.0\.1:1/,
      next: /./,
    },
    route:
      "the database would have to stop under a server: src/server/contract.test.ts answers 503 for every operation",
  },
  "store-locked": {
    command: { words: ["status"], shell: "flock .portolan/lock ", says: /in use by/, next: /PORTOLAN_HOME/ },
    route: "a server that runs holds the lock itself, and a second one does not start",
  },
  conflict: {
    command: { words: ["init", "--yes"], place: /portolan\.yaml/, says: /already exists/, next: /./ },
    route: {
      method: "POST",
      path: "/api/v1/baseline/approvals",
      body: { document: PROPOSAL, approvedBy: "Ada" },
      status: 409,
      says: /justification/,
      next: /./,
    },
  },
  outdated: {
    command: "a command decides on what it has just read: src/server/versions.ts is what compares",
    route: {
      method: "POST",
      path: "/api/v1/baseline/approvals",
      body: { document: JUSTIFIED, approvedBy: "Ada" },
      headers: { "if-match": '"baseline-7"' },
      status: 412,
      says: /version 7/,
      next: /Review/,
    },
  },
  "evidence-broken": {
    command: {
      words: ["evidence", "checkpoint"],
      folder: "altered",
      environment: { DATABASE_URL: "altered" },
      says: /evidence log/,
      next: /portolan evidence verify/,
    },
    route: "the log would have to be altered under a server: src/server/contract.test.ts answers with every fault",
  },
  unauthorized: {
    command: { words: ["status"], folder: "other-token", says: /./, next: /./ },
    route: { path: "/api/v1/status", headers: { authorization: "Bearer x" }, status: 401, says: /./, next: /./ },
  },
  forbidden: {
    command: "the operator of the machine has every role: src/operations/baseline-decisions.ts forbids approvals alone",
    route: {
      method: "POST",
      path: "/session",
      body: STRANGER,
      headers: { authorization: "", origin: "https://other.example" },
      status: 403,
      says: /another site/,
      next: /API key/,
    },
  },
  throttled: {
    command: "portolan login asks on a terminal, and shows the same answer of the same route",
    route: {
      method: "POST",
      path: "/session",
      body: STRANGER,
      headers: { authorization: "" },
      times: 12,
      status: 429,
      says: /Too many/,
      next: /second|minute|again/,
    },
  },
  misdirected: {
    command: "a command sends the name that it connects to",
    route: {
      path: "/api/v1/status",
      headers: { host: "other.example" },
      status: 421,
      says: /Host/,
      next: /--allow-host/,
    },
  },
  "engine-unavailable": {
    command: { words: ["sweep", "--engine", "syn"], shell: WITHOUT_RAW_PACKETS, says: /syn/, next: /setcap/ },
    route: {
      method: "POST",
      path: "/api/v1/sweeps",
      body: { targets: [], engine: "syn", requestedBy: "Ada" },
      status: 501,
      says: /syn/,
      next: /setcap/,
    },
  },
  "system-failed": {
    command: { words: ["status"], shell: "ulimit -n 64; ", says: /may open 64/, next: /ulimit -n 256/ },
    route: "a server would have to be exhausted: src/server/problem.test.ts has the answer",
  },
  interrupted: {
    command: {
      words: ["init"],
      folder: "other-token",
      shell: "terminal",
      says: /No answer|nothing was done/,
      next: /./,
    },
    route: "its server is gone: src/server/client.ts says so when the stream of a sweep ends before its result",
  },
  internal: {
    command: "it is unexpected by definition: src/cli/failure.test.ts throws one",
    route: "it is unexpected by definition: src/server/contract.test.ts throws one in every operation",
  },
} satisfies Record<FaultCode | "internal", Row>;

const codes = Object.entries(ROWS) as [FaultCode | "internal", Row][];
const commands = codes.flatMap(([code, { command }]) =>
  typeof command === "string" ? [] : [[code, command] as const],
);
const routes = codes.flatMap(([code, { route }]) => (typeof route === "string" ? [] : [[code, route] as const]));

it("every code of the product is made to happen, or says why not", () => {
  expect(Object.keys(ROWS).sort()).toEqual([...FAULT_CODES, "internal"].sort());
  const neither = codes.filter(([, row]) => typeof row.command === "string" && typeof row.route === "string");
  expect(neither.map(([code]) => code)).toEqual(["internal"]);
});

describe.skipIf(process.platform !== "linux")("every fault (needs Linux: flock, setpriv)", () => {
  let root: string;
  let altered: Place;
  let server: ChildProcess;
  let url: URL;
  let token: string;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "portolan-every-fault-"));
    const { templateHome } = await askForDatabases();
    for (const folder of ["record", "invalid", "served", "other-token"]) {
      mkdirSync(join(root, folder));
      copyHome(templateHome, join(root, folder, ".portolan"));
      if (folder !== "other-token") writeFileSync(join(root, folder, "portolan.yaml"), SCOPE);
    }
    // Homes that hold no record of their own, so that DATABASE_URL may name one.
    for (const folder of ["unreachable", "altered"]) {
      mkdirSync(join(root, folder));
      writeFileSync(join(root, folder, "portolan.yaml"), SCOPE);
    }
    writeFileSync(join(root, "invalid/portolan.yaml"), SCOPE.replace("[127.0.0.1]", "[300.0.0.1]"));
    altered = await freshPlace("postgresql");
    await ended(begin({ words: ["sweep"], environment: { DATABASE_URL: altered.databaseUrl ?? "" } }, "altered"));
    const store = await openStore(altered);
    await sql`ALTER TABLE evidence_entry DISABLE TRIGGER USER`.execute(store.db);
    await sql`UPDATE evidence_entry SET body = overlay(body placing 'X' from 20 for 1)`.execute(store.db);
    await store.close();
    server = begin({ words: ["start", "--port", "0"], shell: WITHOUT_RAW_PACKETS }, "served");
    const home = join(root, "served/.portolan");
    await vi.waitUntil(() => readRunningServer(home), { timeout: 60_000, interval: 200 });
    url = new URL((await readRunningServer(home))?.url ?? "");
    token = (await readToken(home)) ?? "";
    cpSync(join(home, "server.json"), join(root, "other-token/.portolan/server.json"));
    cpSync(join(home, "token"), join(root, "other-token/.portolan/token"));
    writeFileSync(join(root, "other-token/.portolan/token"), "x".repeat(43));
  }, 120_000);

  afterAll(async () => {
    if (server.exitCode === null) server.kill("SIGTERM");
    await once(server, "close");
    await altered.remove();
    rmSync(root, { recursive: true, force: true });
  });

  function begin(
    { words, shell = "", environment = {} }: Pick<ByCommand, "words" | "shell" | "environment">,
    folder: string,
  ): ChildProcess {
    const { DATABASE_URL: _, PORTOLAN_HOME: __, ...inherited } = process.env;
    const database = environment["DATABASE_URL"] === "altered" ? { DATABASE_URL: altered.databaseUrl } : {};
    const env = { ...inherited, NO_COLOR: "1", ...environment, ...database };
    const program = words[0] === "start" ? WATCHING_BRIEFLY : [process.execPath, PROGRAM];
    const script =
      shell === "terminal"
        ? `(sleep 2; printf '\\004') | script -qec '${[...program, ...words].join(" ")}' /dev/null`
        : `${shell.endsWith("; ") ? `${shell}exec` : `exec ${shell}`} "$@"`;
    return spawn("bash", ["-c", script, "bash", ...program, ...words], {
      cwd: join(root, folder),
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async function ended(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
    let [out, err] = ["", ""];
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (err += text));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, out, err };
  }

  it.each(commands)("%s by a command: exit code 2, cause, place and next step", async (code, asked: ByCommand) => {
    const result = await ended(begin(asked, asked.folder ?? "record"));
    // A terminal shows both streams as one.
    const text = asked.shell === "terminal" ? result.out : result.err;
    expect(result.code, text).toBe(2);
    expect(text).toMatch(asked.says);
    const next = /^ {2}next: (.*)/m.exec(text)?.[1];
    expect(next).toMatch(asked.next);
    if (asked.shell === "terminal" || asked.words.includes("init")) return;
    const json = await ended(begin({ ...asked, words: [...asked.words, "--json"] }, asked.folder ?? "record"));
    const problem = JSON.parse(json.err) as ProblemDetails;
    expect({ exit: json.code, code: problem.code, out: json.out }).toEqual({ exit: 2, code, out: "" });
    if (asked.place !== undefined) expect(problem.place).toMatch(asked.place);
  });

  it.each(routes)("%s by a request: status, code, cause and next step", async (code, asked: ByRoute) => {
    let answer = await send(asked);
    for (let time = 1; time < (asked.times ?? 1); time++) answer = await send(asked);
    const { status, problem } = answer;
    expect({ status, code: problem.code, inside: problem.status }).toEqual({
      status: asked.status,
      code,
      inside: status,
    });
    expect(problem.detail).toMatch(asked.says);
    expect(problem.next).toMatch(asked.next);
  });

  function send({ method, path, body, headers = {} }: ByRoute) {
    return new Promise<{ status: number; problem: ProblemDetails }>((resolve, reject) => {
      const { authorization = `Bearer ${token}`, ...others } = headers;
      const sent = request(
        new URL(path, url),
        {
          method: method ?? "GET",
          headers: {
            ...(authorization === "" ? {} : { authorization }),
            ...(body === undefined ? {} : { "content-type": "application/json" }),
            ...others,
          },
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (data: string) => (text += data));
          response.on("end", () => {
            if (response.headers["content-type"]?.startsWith("application/x-ndjson") !== true) {
              return resolve({ status: response.statusCode ?? 0, problem: JSON.parse(text) as ProblemDetails });
            }
            // A sweep answers with a stream, whose last line is its error: the status is in it alone.
            const { problem } = JSON.parse(text.trimEnd().split("\n").at(-1) ?? "") as { problem: ProblemDetails };
            resolve({ status: problem.status, problem });
          });
        },
      );
      sent.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
});
