import { z } from "zod";
import { DEVIATION_KINDS, FINDING_STATUSES } from "../../model/index.ts";
import { instant, instantParam, name, next, paging, port, resultOf, severalOf, transport } from "../fields.ts";

const subject = z.object({
  asset: z.string().optional(),
  target: z.string().optional(),
  sensor: z.string().optional().describe("the host sensor that fell silent"),
  address: z.string().optional(),
  name: z.string().optional().describe("a declared name that resolves to an undeclared address"),
  transport: transport.optional(),
  port: port.optional(),
  ports: z
    .tuple([port, port])
    .readonly()
    .optional()
    .describe("first and last port, if a host that accepts every port is one finding"),
  owner: z.string().optional(),
});

export const findingSchema = z.object({
  id: z.int(),
  fingerprint: z.string(),
  kind: z.enum(DEVIATION_KINDS),
  vantage: z.string(),
  subject,
  summary: z.string(),
  status: z.enum(FINDING_STATUSES),
  openedAt: instant,
  lastSeenAt: instant,
  resolvedAt: instant.optional(),
  resolution: z.string().optional(),
  gap: z.object({ from: instant.optional(), to: instant.optional() }).optional(),
});

export const findingsQuery = z.strictObject({
  status: severalOf(FINDING_STATUSES),
  kind: severalOf(DEVIATION_KINDS),
  asset: name.optional(),
  vantage: name.optional(),
  openedSince: instantParam.optional(),
  openedUntil: instantParam.optional().describe("exclusive: up to but not including this instant"),
  ...paging,
});

export const findingsResult = resultOf("findings", {
  findings: z.array(findingSchema),
  next,
});

export const findingResult = resultOf("finding", {
  finding: findingSchema,
  events: z
    .array(
      z.object({
        at: instant,
        status: z.enum(["new", "resolved", "regressed"]),
        sweep: z.int().optional().describe("the sweep that observed it"),
        note: z.string(),
      }),
    )
    .describe("its life, oldest first"),
});

export type FindingView = z.infer<typeof findingSchema>;
export type FindingsResult = z.infer<typeof findingsResult>;
export type FindingResult = z.infer<typeof findingResult>;

/** The display order of findings: open ones first, then by the time they were opened or resolved, latest first. */
export function openFirst(a: FindingsResult["findings"][number], b: FindingsResult["findings"][number]): number {
  const ended = Number(a.status === "resolved") - Number(b.status === "resolved");
  if (ended !== 0) return ended;
  const since = Date.parse(b.resolvedAt ?? b.openedAt) - Date.parse(a.resolvedAt ?? a.openedAt);
  return since !== 0 ? since : b.id - a.id;
}
