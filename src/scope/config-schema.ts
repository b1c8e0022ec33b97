import { z } from "zod";
import { CRITICALITIES, VANTAGE_KINDS, parseDuration, parseInstant, type Duration } from "../model/index.ts";
import { isPrintable, quoted } from "../platform/documents/index.ts";
import { readPorts } from "./port-text.ts";

const YEAR = 366 * 86_400_000;
const MOST_ADDRESSES = 65_536;

function problem(ctx: z.core.ParsePayload<string | number>, message: string, fix: string): void {
  ctx.issues.push({ code: "custom", message, params: { fix }, input: ctx.value });
}

/** Text that a person sees whole, without blanks around it. */
const text = (limit: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(limit)
    .check((ctx) => {
      if (!isPrintable(ctx.value))
        problem(
          ctx,
          `${quoted(ctx.value)} holds control or invisible characters`,
          "type the text again instead of pasting it",
        );
      else if (ctx.value.length > 0 && ctx.value.trim() === "") problem(ctx, "it is blank", "write something");
      else if (ctx.value.trim() !== ctx.value)
        problem(ctx, `${quoted(ctx.value)} begins or ends with a blank`, "remove the blank");
    });

const name = text(100);

const duration = z
  .string()
  .check((ctx) => {
    const length = parseDuration(ctx.value);
    if (length === undefined)
      problem(ctx, `${quoted(ctx.value)} is not a length of time`, "write it as 30s, 15m, 1h, 1h30m or 7d");
    else if (length > YEAR) problem(ctx, `${quoted(ctx.value)} is longer than a year`, "use 366d at most");
  })
  .transform((value): Duration => parseDuration(value) ?? 0);

const instant = z
  .string()
  .check((ctx) => {
    if (parseInstant(ctx.value) === undefined) {
      problem(
        ctx,
        `${quoted(ctx.value)} is not a date or a time with its offset`,
        "write it as 2026-03-14 or 2026-03-14T09:00:00Z",
      );
    }
  })
  .transform((value) => parseInstant(value) ?? 0);

const ports = z
  .union([z.string(), z.int()])
  .check((ctx) => {
    const read = readPorts(String(ctx.value));
    if (!read.ok) problem(ctx, read.problem, read.fix);
  })
  .transform((value) => String(value).trim());

/** Each item is read separately afterwards, so its errors have its position. */
const addresses = (what: string): z.ZodArray<z.ZodString> =>
  z.array(z.string()).min(1).max(MOST_ADDRESSES).describe(what);

const described = {
  owner: name.optional().describe("who answers for it"),
  segment: name.optional().describe("network segment, e.g. dmz"),
  environment: name.optional().describe("e.g. production"),
  tags: z.array(name).max(100).optional().describe("free labels; authorized ports can be selected by them"),
};

const systemType = z.strictObject({
  cadence: duration.describe("a full sweep at least this often: 15m, 1h, 1d"),
  staleness: duration
    .optional()
    .describe("how long a state stays known after its last scan; default: twice the cadence"),
  criticality: z.enum(CRITICALITIES).default("normal"),
  ports: ports.default("-").describe('nmap syntax: "22,80-90,U:53"; "-" is all of TCP'),
});

const target = z.strictObject({
  name: name.optional().describe("unique; default: the first address as written"),
  addresses: addresses("addresses, CIDR blocks, ranges a-b, nmap octet ranges, hostnames, this-machine, file:PATH"),
  systemType: name.describe("one of systemTypes"),
  ...described,
  undeclared: z
    .enum(["report", "allow"])
    .optional()
    .describe(
      "whether an undeclared host that answers here is a deviation; default: report when a range is listed, else allow",
    ),
});

const asset = z.strictObject({
  name: name.describe("unique; keeps its identity when the address changes"),
  addresses: addresses("its addresses or hostnames; inside the targets"),
  systemType: name
    .optional()
    .describe("default: that of the target it is in, as for owner, segment and environment; tags add up"),
  ...described,
});

const exclusion = z.strictObject({
  addresses: addresses("addresses and ranges that are never probed"),
  reason: text(500).describe("why; shown to anyone who requests one of them"),
});

const authorization = z.strictObject({
  reference: name.describe("ticket, letter or contract that holds the permission"),
  grantedBy: name.describe("the person who granted it, and has the authority to"),
  from: instant.describe("in force from this instant; a bare date begins at 00:00 UTC"),
  until: instant.describe("no longer in force from this instant on; a bare date ends at its 00:00 UTC"),
  addresses: addresses("public addresses and ranges it covers"),
});

const vantagePoint = z.strictObject({
  name: name.describe("unique; the name for portolan worker --vantage and the exposure of authorized ports"),
  kind: z
    .enum(VANTAGE_KINDS)
    .describe("where it is; from outside, a declared asset that answers nobody is not a coverage gap"),
  targets: z.array(name).min(1).max(MOST_ADDRESSES).optional().describe("names of the targets it sweeps; default: all"),
  cadence: duration
    .optional()
    .describe("a full sweep from there at least this often; default: that of the system type"),
});

const rate = z.int().min(1).max(10_000_000);

/** portolan.yaml as a person writes it. */
export const scopeDocument = z
  .strictObject({
    version: z.literal(1),
    name: name.describe("name of the boundary in reports"),
    vantage: name.default("inside").describe("name of the vantage point of this installation"),
    vantagePoints: z
      .array(vantagePoint)
      .max(100)
      .default([])
      .describe("further vantage points, each with a portolan worker; list `vantage` here to give it more fields"),
    limits: z
      .strictObject({
        rate: rate.default(1000).describe("probes a second over the whole sweep, loopback excepted"),
        perHostRate: rate.default(1000).describe("probes a second to one address, loopback excepted"),
      })
      .prefault({})
      .describe("hard limits that no command line can raise"),
    systemTypes: z.record(name, systemType).describe("kinds of system: how often each is swept, and over which ports"),
    targets: z.array(target).min(1).max(MOST_ADDRESSES).describe("the boundary: what is swept"),
    assets: z.array(asset).max(MOST_ADDRESSES).default([]).describe("things in the boundary that have an owner"),
    exclusions: z.array(exclusion).max(MOST_ADDRESSES).default([]).describe("addresses that are never probed, and why"),
    authorizations: z
      .array(authorization)
      .max(MOST_ADDRESSES)
      .default([])
      .describe("permissions to scan public addresses"),
  })
  .describe("Portolan scope");

export type ScopeDocument = z.output<typeof scopeDocument>;
export type TargetDocument = ScopeDocument["targets"][number];
export type VantagePointDocument = ScopeDocument["vantagePoints"][number];
export type AssetDocument = ScopeDocument["assets"][number];

/** JSON Schema (draft 2020-12) of portolan.yaml, for editors. */
export function scopeJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(scopeDocument, { io: "input" });
  return { $schema, $id: "urn:portolan:schema:scope:1", title: "portolan.yaml", ...schema };
}
