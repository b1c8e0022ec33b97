import { z } from "zod";
import { defineSpecial, type RequestOf } from "./define-operation.ts";
import { name, port, resultOf, transport } from "./fields.ts";
import { sweepSummary } from "./sweeps/schemas.ts";

export const importQuery = z.strictObject({
  file: z.string().min(1).max(1_000).describe("name of the file, for messages and the record"),
  format: z.enum(["auto", "nmap", "masscan", "naabu"]).default("auto"),
  vantage: z.string().min(1).max(100).default("import").describe("the vantage point that was scanned from"),
  ports: z.string().min(1).max(10_000).optional().describe("a claim: the ports that were scanned, nmap syntax"),
  thisMachine: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional()
    .describe("the scan ran on the machine of this installation: its loopback addresses are this machine's"),
  targets: z
    .union([z.string().min(1).max(300), z.array(z.string().min(1).max(300)).max(1_000)])
    .transform((given) => (Array.isArray(given) ? given : [given]))
    .optional()
    .describe("a claim: the addresses that were scanned; may be given several times"),
  requestedBy: name,
});

export const importResult = resultOf("import", {
  sweep: sweepSummary.describe("as recorded; `planned` counts the endpoints that the file shows as scanned"),
  scopeVersion: z.int(),
  file: z.object({
    name: z.string().describe("name of the file at the import"),
    sha256: z.string().describe("hex, of the content that was read"),
    bytes: z.int().min(0),
    scanner: z.enum(["nmap", "masscan", "naabu"]),
    version: z.string().optional(),
    commandLine: z.string().optional().describe("as stated in the file; bounded, control characters escaped"),
  }),
  claim: z
    .object({ ports: z.string(), targets: z.string().optional() })
    .optional()
    .describe(
      "what was scanned, as stated by the person who imported the file; absent: only the file's own statement counts",
    ),
  addresses: z.int().min(0).describe("addresses with at least one covered endpoint"),
  ports: z.string().describe("ports that are covered on at least one address"),
  open: z.array(z.object({ asset: z.string().optional(), address: z.string(), transport, port })),
  opened: z.int().min(0).describe("endpoints that are open in the record now and were not before"),
  closed: z.int().min(0).describe("endpoints that were open in the record and are not now"),
  ignoredOutOfOrder: z
    .int()
    .min(0)
    .describe("observations that contradict the record and are not later than the record's own"),
  leftOut: z.object({
    outsideScope: z.int().min(0).describe("addresses outside the scope: not recorded"),
    loopback: z
      .int()
      .min(0)
      .describe("loopback addresses of the machine that scanned, which is not this one: not recorded"),
    hostsDown: z.int().min(0).describe("hosts that were down or given up: the state of their ports is not known"),
    hostsNotScanned: z.int().min(0).describe("hosts of a ping scan or a list scan: their ports were not scanned"),
    notCovered: z.int().min(0).describe("endpoints without a definite state in the file: not recorded"),
    inferred: z
      .int()
      .min(0)
      .describe("endpoints of a scan type whose states are inferences (ACK, FIN, window, and others): not recorded"),
    portZero: z.int().min(0).describe("probes of port 0, which no program can listen on: not recorded"),
    otherProtocol: z.int().min(0).describe("results for SCTP, ICMP, ARP or IP protocol numbers: not recorded"),
    unreadable: z.int().min(0).describe("records that are not a dated observation of an IP endpoint"),
  }),
});

export type ImportResult = z.infer<typeof importResult>;

/**
 * A file of another scanner to import. `ports` and `targets` are the person's claim of what was scanned, if the file
 * does not state it; without `targets`, the claim covers the addresses that the file names.
 */
export type ImportRequest = Omit<RequestOf<{ query: typeof importQuery }>, "targets"> & {
  readonly targets: readonly string[];
};

export const importExample: ImportResult = {
  schema: "portolan.import/1",
  sweep: {
    id: 13,
    kind: "imported",
    vantage: "import",
    engine: "nmap",
    planned: 3_000,
    startedAt: "2026-03-13T22:00:00.000Z",
    endedAt: "2026-03-13T22:31:00.000Z",
    verdict: "complete",
    counts: { "not-scanned": 0, open: 2, closed: 1_990, filtered: 8, "no-response": 1_000, unreachable: 0 },
  },
  scopeVersion: 3,
  file: {
    name: "night.xml",
    sha256: "ef".repeat(32),
    bytes: 81_920,
    scanner: "nmap",
    version: "7.93",
    commandLine: "nmap -sS -p 1-1000 -oX night.xml 10.77.0.0/24",
  },
  addresses: 3,
  ports: "1-1000",
  open: [
    { asset: "web-1", address: "10.77.0.2", transport: "tcp", port: 443 },
    { address: "10.77.0.40", transport: "tcp", port: 22 },
  ],
  opened: 2,
  closed: 0,
  ignoredOutOfOrder: 0,
  leftOut: {
    outsideScope: 12,
    loopback: 0,
    hostsDown: 240,
    hostsNotScanned: 0,
    notCovered: 5,
    inferred: 0,
    portZero: 0,
    otherProtocol: 0,
    unreadable: 0,
  },
};

export const importOperations = {
  /** `content` is the unchanged file, of any size, read as a stream. */
  run: defineSpecial<(request: ImportRequest, content: AsyncIterable<Uint8Array>) => Promise<ImportResult>>()({
    id: "importFile",
    method: "POST",
    path: "/api/v1/imports",
    tag: "imports",
    summary: "Import a file of another scanner",
    description: "The body is the unchanged file, of any size.",
    permission: "import:run",
    query: importQuery,
    consumes: "application/octet-stream",
    result: importResult,
    problems: [403, 409, 415],
    example: {
      query: { file: "scan.xml", vantage: "outside", requestedBy: "jane" },
      body: "<nmaprun/>",
      answer: importExample,
    },
  }),
};
