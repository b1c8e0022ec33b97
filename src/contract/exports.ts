import { z } from "zod";
import { defineSpecial, type RequestOf } from "./define-operation.ts";
import { findingsQuery } from "./findings/schemas.ts";

/** Findings in formats for other programs and people. JSON is the format of every other operation. */

export const EXPORT_FORMATS = ["csv", "cef", "slack", "mail", "html", "pdf"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Media type and file name extension of each. */
export const EXPORT_MEDIA = {
  csv: { type: "text/csv", parameters: "; charset=utf-8; header=present", extension: "csv" },
  cef: { type: "text/plain", parameters: "; charset=utf-8", extension: "cef" },
  slack: { type: "application/json", parameters: "; charset=utf-8", extension: "slack.json" },
  mail: { type: "message/rfc822", parameters: "", extension: "eml" },
  html: { type: "text/html", parameters: "; charset=utf-8", extension: "html" },
  pdf: { type: "application/pdf", parameters: "", extension: "pdf" },
} as const satisfies Readonly<Record<ExportFormat, object>>;

/** An address as `local@domain` that a mail header can hold without quoting. */
export const mailAddress = z.email().max(254);
/** For more recipients, use a mailing list. */
export const MOST_RECIPIENTS = 50;

const { after: _after, limit: _limit, ...filters } = findingsQuery.shape;

export const exportQuery = z.strictObject({
  format: z.enum(EXPORT_FORMATS),
  ...filters,
  mailFrom: mailAddress.optional().describe("sender of a mail; absent: portolan@localhost"),
  mailTo: z
    .union([mailAddress, z.array(mailAddress).max(MOST_RECIPIENTS)])
    .transform((given) => (Array.isArray(given) ? given : [given]))
    .optional()
    .describe("recipient of a mail; may be given several times"),
});

/** How an export begins in each format. */
export const exportedExample: Readonly<Record<ExportFormat, string>> = {
  csv: "record,scope,scope_version,as_of,id,kind,status,summary",
  cef: "CEF:0|Portolan|Portolan|0.1.0|unauthorized-open|Port open without authorization|8|externalId=7 dpt=23",
  slack: '{"text":"Portolan: 2 open findings","blocks":[{"type":"divider"}]}',
  mail: "Subject: Portolan: 2 open findings",
  html: "<!doctype html>",
  pdf: "%PDF-1.7",
};

/** Each format by its media type; Slack's is JSON. */
const text = z.string();
const byMediaType = {
  [EXPORT_MEDIA.csv.type]: text,
  [EXPORT_MEDIA.cef.type]: text,
  [EXPORT_MEDIA.slack.type]: z.looseObject({
    text: z.string(),
    blocks: z.array(z.looseObject({ type: z.string() })).max(50),
  }),
  [EXPORT_MEDIA.mail.type]: text,
  [EXPORT_MEDIA.html.type]: text,
  [EXPORT_MEDIA.pdf.type]: text,
};

export type ExportRequest = RequestOf<{ query: typeof exportQuery }>;

/** Sender and recipients, for mail only. */
export type Addressing = Pick<ExportRequest, "mailFrom" | "mailTo">;

export interface ExportedFindings {
  /** A file name for people: content, instant and extension. */
  readonly fileName: string;
  /** The number of findings, and of open ones among them. The content may show fewer, and then states that. */
  readonly findings: number;
  readonly open: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** Exports the findings in another format. A failure is a fault before the content begins. */
export const exportFindings = defineSpecial<(request: ExportRequest) => Promise<ExportedFindings>>()({
  id: "exportFindings",
  method: "GET",
  path: "/api/v1/findings/export",
  tag: "findings",
  summary: "Export findings for other programs and people",
  description:
    "Each format is escaped for its reader and states its scope, its instant, and what is not known. csv and cef hold every finding; html shows 5,000 of them, pdf 2,000, mail 200, slack 20, and each states how many more exist.",
  permission: "record:read",
  readsEvidence: true,
  query: exportQuery,
  result: text,
  answersWith: {
    description:
      "The findings. The headers Portolan-Findings and Portolan-Open hold the number of findings and of open ones among them.",
    content: byMediaType,
  },
  problems: [501, 503],
  example: {
    query: { format: "csv", status: "new" },
    answer: exportedExample.csv,
    answers: Object.fromEntries(
      EXPORT_FORMATS.map((format) => {
        const example = exportedExample[format];
        return [EXPORT_MEDIA[format].type, format === "slack" ? (JSON.parse(example) as unknown) : example];
      }),
    ),
  },
});
