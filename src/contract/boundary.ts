import { z } from "zod";
import { defineOperation } from "./define-operation.ts";
import { instant, instantParam, name, resultOf, severalOf } from "./fields.ts";

const SOURCE_KINDS = ["zone", "inventory", "cmdb", "dhcp"] as const;
const DISPOSITIONS = ["scanned", "unreachable", "declared", "excluded", "discovered"] as const;
/** Base64 of 16 MiB, and the other fields. */
const LONGEST_CONTENT = 22_369_624;

const source = z.object({
  id: z.int(),
  name: z.string().describe("the latest import under a name counts"),
  kind: z.enum(SOURCE_KINDS),
  format: z
    .string()
    .describe(
      "zone, axfr, aws-instances, aws-network-interfaces, azure-nics, azure-public-ips, gcp-instances, csv, isc or kea",
    ),
  sha256: z.string().describe("hex, of the file"),
  bytes: z.int().min(0),
  asOf: instant.describe("when its content was true"),
  asOfFrom: z
    .enum(["stated", "file", "transfer"])
    .describe("stated by a person; file: when the file was last written; transfer: when the zone was transferred"),
  recordedAt: instant,
  recordedBy: z.string(),
  records: z.int().min(0).describe("names and addresses in it, each once"),
  unreadable: z.int().min(0).describe("values in the place of an address that are not one: not recorded"),
  ended: z.int().min(0).describe("instances that were terminated and leases that had ended: not recorded"),
});

const disposition = z
  .enum(DISPOSITIONS)
  .describe(
    "scanned: declared, scanned within the staleness of its system type, and something answered; unreachable: the same, and nothing answered; declared: not scanned in that time; excluded: by the scope; discovered: not declared",
  );

export const boundaryResult = resultOf("boundary", {
  at: instant,
  scopeVersion: z.int(),
  vantagePoints: z.array(z.string()).describe("the vantage points that scan it"),
  sources: z.array(source),
  lines: z
    .array(
      z.object({
        address: z.string().optional().describe("absent: no source has an address for the name"),
        names: z.array(z.string()),
        sources: z.array(z.string()),
        disposition,
        target: z.string().optional(),
        asset: z.string().optional(),
        reason: z.string().optional().describe("of the exclusion"),
        scannedAt: instant
          .optional()
          .describe("when it was last scanned; absent: not within the staleness of its system type"),
      }),
    )
    .describe("each address that a source knows, and each name to which none gives an address, once"),
  totals: z.record(disposition, z.int().min(0)).describe("of all lines, also with a filter"),
  unknownToSources: z
    .object({
      ranges: z.array(z.string()).describe("at most 1,000"),
      omitted: z.int().min(0).describe("ranges after those"),
      answering: z.array(z.string()).describe("ranges of addresses in them that answered; at most 1,000"),
      answeringOmitted: z.int().min(0).describe("ranges after those"),
    })
    .describe("addresses that the scope declares and no source knows"),
});

export const boundaryImportResult = resultOf("boundary-import", {
  source,
  examples: z.array(z.string()).describe("up to five of the unreadable values, with their place"),
});

export const boundaryQuery = z.strictObject({
  disposition: severalOf(DISPOSITIONS).describe(
    "only lines with one of these; may be given several times; absent: all",
  ),
});

export const boundaryImportBody = z.strictObject({
  file: z.string().min(1).max(1_000).describe("name of the file, for messages"),
  name: name.optional().describe("name of the source; absent: the file's name without its directories"),
  kind: z.enum(SOURCE_KINDS).optional().describe("absent: only if the content says it with certainty"),
  origin: z.string().min(1).max(255).optional().describe("zone: what its relative names belong to"),
  addressColumn: z.string().min(1).max(200).optional().describe("cmdb: the title of the column of addresses"),
  nameColumn: z.string().min(1).max(200).optional().describe("cmdb: the title of the column of names"),
  asOf: instantParam.describe("when the content of the file was true; RFC 3339 with an offset"),
  asOfFrom: z.enum(["stated", "file"]).default("stated").describe("file: `asOf` is when the file was last written"),
  content: z.string().max(LONGEST_CONTENT).describe("the unchanged file, in base64; at most 16 MiB of it"),
  requestedBy: name,
});

export const boundaryTransferBody = z.strictObject({
  zone: z.string().min(1).max(255).describe("a zone of the setting boundary.zones, which names its server"),
  name: name.optional().describe("name of the source; absent: ZONE@SERVER"),
  requestedBy: name,
});

export const boundaryRetirementBody = z.strictObject({
  name: name.describe("name of the source"),
  requestedBy: name,
});

export const boundaryRetirementResult = resultOf("boundary-retirement", {
  source: source.describe("the import up to which the source counts no longer"),
});

export type BoundaryRetirementResult = z.infer<typeof boundaryRetirementResult>;
export type BoundaryResult = z.infer<typeof boundaryResult>;
export type BoundaryImportResult = z.infer<typeof boundaryImportResult>;

const exampleSource: BoundaryResult["sources"][number] = {
  id: 3,
  name: "corp.zone",
  kind: "zone",
  format: "zone",
  sha256: "ab".repeat(32),
  bytes: 4_096,
  asOf: "2026-03-14T06:00:00.000Z",
  asOfFrom: "stated",
  recordedAt: "2026-03-14T09:00:00.000Z",
  recordedBy: "jane",
  records: 2,
  unreadable: 0,
  ended: 0,
};

export const boundaryExample: BoundaryResult = {
  schema: "portolan.boundary/1",
  at: "2026-03-14T09:00:00.000Z",
  scopeVersion: 3,
  vantagePoints: ["inside"],
  sources: [exampleSource],
  lines: [
    {
      address: "10.77.0.2",
      names: ["web.corp.example"],
      sources: ["corp.zone"],
      disposition: "scanned",
      target: "dmz",
      asset: "web-1",
      scannedAt: "2026-03-14T08:55:00.000Z",
    },
    { address: "10.99.0.4", names: ["old.corp.example"], sources: ["corp.zone"], disposition: "discovered" },
  ],
  totals: { scanned: 1, unreachable: 0, declared: 0, excluded: 0, discovered: 1 },
  unknownToSources: { ranges: ["10.77.0.3"], omitted: 0, answering: [], answeringOmitted: 0 },
};

export const boundaryOperations = {
  show: defineOperation({
    id: "getBoundary",
    method: "GET",
    path: "/api/v1/boundary",
    tag: "scope",
    summary: "Reconcile the sources of the boundary with the scope",
    description:
      "Every address and name that a source knows has exactly one disposition, so that the totals reconcile. Nothing is opened as a finding.",
    permission: "record:read",
    query: boundaryQuery,
    result: boundaryResult,
    example: { query: { disposition: "discovered" }, answer: boundaryExample },
  }),
  record: defineOperation({
    id: "recordBoundarySource",
    method: "POST",
    path: "/api/v1/boundary/sources",
    tag: "scope",
    summary: "Record a file that lists what belongs to the boundary",
    description:
      "A DNS zone file, the JSON of a cloud inventory, a table of a CMDB, or DHCP leases. It replaces the source of the same name; earlier imports stay in the record.",
    permission: "import:run",
    body: boundaryImportBody,
    bodyLimit: LONGEST_CONTENT + 65_536,
    idempotent: true,
    result: boundaryImportResult,
    example: {
      body: {
        file: "corp.zone",
        asOf: "2026-03-14T06:00:00Z",
        content: "JE9SSUdJTiBjb3JwLmV4YW1wbGUuCndlYiBBIDEwLjc3LjAuMgo=",
        requestedBy: "jane",
      },
      answer: { schema: "portolan.boundary-import/1", source: exampleSource, examples: [] },
    },
  }),
  transfer: defineOperation({
    id: "transferBoundaryZone",
    method: "POST",
    path: "/api/v1/boundary/transfers",
    tag: "scope",
    summary: "Transfer a configured DNS zone, and record what it lists",
    description:
      "AXFR (RFC 5936) from the server that the settings name for the zone, signed (RFC 8945) if they name a key. A request chooses no server. The transferred zone is recorded like a zone file.",
    permission: "import:run",
    body: boundaryTransferBody,
    idempotent: true,
    result: boundaryImportResult,
    problems: [404],
    example: {
      body: { zone: "corp.example", requestedBy: "jane" },
      answer: {
        schema: "portolan.boundary-import/1",
        source: { ...exampleSource, name: "corp.example@ns1.corp.example", format: "axfr", asOfFrom: "transfer" },
        examples: [],
      },
    },
  }),
  retire: defineOperation({
    id: "retireBoundarySource",
    method: "POST",
    path: "/api/v1/boundary/retirements",
    tag: "scope",
    summary: "Let a source of the boundary count no longer",
    description: "Its imports stay in the record. A file that is recorded under its name counts again.",
    permission: "import:run",
    body: boundaryRetirementBody,
    idempotent: true,
    result: boundaryRetirementResult,
    problems: [404],
    example: {
      body: { name: "corp.zone", requestedBy: "jane" },
      answer: { schema: "portolan.boundary-retirement/1", source: exampleSource },
    },
  }),
};
