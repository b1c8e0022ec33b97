import { z } from "zod";
import {
  DEVIATION_KINDS,
  FINDING_STATUSES,
  isOpen,
  OPEN_STATUSES,
  SEVERITY,
  type FindingStatus,
} from "../../model/index.ts";
import {
  boundSince,
  instant,
  instantParam,
  name,
  next,
  paging,
  port,
  resultOf,
  severalOf,
  transport,
} from "../fields.ts";

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
  product: z.string().optional().describe("the program, where it is what the finding is about"),
  version: z.string().optional(),
  endpoints: z
    .array(z.object({ vantage: z.string(), address: z.string(), transport, port, seenAt: instant }))
    .readonly()
    .optional()
    .describe(
      "where a program was last seen and from which vantage point; one that it was observed to leave is no longer listed",
    ),
});

const outOfScope = z
  .object({ at: instant, version: z.int() })
  .optional()
  .describe("the version of the scope that no longer covers it, and when that version was recorded");

const episode = z.object({
  openedAt: instant,
  lastSeenAt: instant.optional().describe("absent: an earlier version of Portolan did not record it"),
  resolvedAt: instant.optional(),
  resolution: z.string().optional(),
  outOfScope,
});

export const findingSchema = z.object({
  id: z.int(),
  fingerprint: z.string(),
  kind: z.enum(DEVIATION_KINDS),
  vantage: z.string(),
  subject,
  summary: z.string(),
  severity: z.int().min(0).max(10).optional().describe("by its kind: to 3 low, to 6 medium, to 8 high"),
  status: z.enum(FINDING_STATUSES),
  openedAt: instant.describe("RFC 3339, UTC; of the latest episode, as are the other times"),
  lastSeenAt: instant,
  resolvedAt: instant.optional(),
  resolution: z.string().optional(),
  outOfScope,
  episodes: z
    .array(episode)
    .optional()
    .describe("each stretch for which it was open, oldest first; the last one has the times of the finding itself"),
  exposureSeconds: z
    .number()
    .min(0)
    .optional()
    .describe(
      "how long it was open in all episodes together: each until it ended, one that is still open until it was last seen",
    ),
  processes: z
    .array(z.string())
    .optional()
    .describe("the processes that listen on the port now, as far as its machine or the sensor on it knows"),
  next: z.string().optional().describe("the next step for somebody; absent: it has ended"),
  gap: z.object({ from: instant.optional(), to: instant.optional() }).optional(),
});

const status = z.enum(["open", ...FINDING_STATUSES]);
/** `open` means every status that somebody has to answer. */
const statuses = z
  .union([status, z.array(status).max(FINDING_STATUSES.length + 1)])
  .transform((given): FindingStatus[] => [
    ...new Set([given].flat().flatMap((each): readonly FindingStatus[] => (each === "open" ? OPEN_STATUSES : [each]))),
  ])
  .optional()
  .describe(`may be given several times; open: ${OPEN_STATUSES.join(", ")}; absent: all`);

export const findingsQuery = z.strictObject({
  status: statuses,
  kind: severalOf(DEVIATION_KINDS),
  asset: name.optional(),
  vantage: name.optional(),
  openedSince: instantParam.optional().describe("with an episode that was opened then or later"),
  openedUntil: instantParam.optional().describe("exclusive: up to but not including this instant"),
  ...paging,
});

export const findingsResult = resultOf("findings", {
  findings: z.array(findingSchema),
  boundSince,
  next,
});

export const findingResult = resultOf("finding", {
  finding: findingSchema,
  boundSince,
  events: z
    .array(
      z.object({
        at: instant,
        status: z.enum(["new", "resolved", "regressed", "out-of-scope"]),
        sweep: z.int().optional().describe("the sweep that observed it"),
        note: z.string(),
      }),
    )
    .describe("its life, oldest first"),
});

export type FindingView = z.infer<typeof findingSchema>;
export type FindingsResult = z.infer<typeof findingsResult>;
export type FindingResult = z.infer<typeof findingResult>;

/** The order in which people read findings: open ones first, then the most severe, then the latest. */
export function worstFirst(a: FindingView, b: FindingView): number {
  const ended = Number(isOpen(b)) - Number(isOpen(a));
  if (ended !== 0) return ended;
  const worse = SEVERITY[b.kind] - SEVERITY[a.kind];
  return worse !== 0 ? worse : openFirst(a, b);
}

/** The display order of findings: open ones first, then by the time they were opened or ended, latest first. */
export function openFirst(a: FindingView, b: FindingView): number {
  const ended = Number(isOpen(b)) - Number(isOpen(a));
  if (ended !== 0) return ended;
  const since = latestChange(b) - latestChange(a);
  return since !== 0 ? since : b.id - a.id;
}

function latestChange({ resolvedAt, outOfScope: left, openedAt }: FindingView): number {
  return Date.parse(resolvedAt ?? left?.at ?? openedAt);
}
