import { z } from "zod";
import { defineSpecial, type RequestOf } from "./define-operation.ts";
import { findingsQuery } from "./findings/schemas.ts";

/** Findings as other programs and people read them. JSON is what every other operation answers. */

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

/** An address as `local@domain`: what a header of a message can hold without any quoting. */
export const mailAddress = z.email().max(254);
/** More belong onto a mailing list. */
export const MOST_RECIPIENTS = 50;

const { after: _after, limit: _limit, ...filters } = findingsQuery.shape;

export const exportQuery = z.strictObject({
  format: z.enum(EXPORT_FORMATS),
  ...filters,
  mailFrom: mailAddress.optional().describe("of a mail; absent: portolan@localhost"),
  mailTo: z
    .union([mailAddress, z.array(mailAddress).max(MOST_RECIPIENTS)])
    .transform((given) => (Array.isArray(given) ? given : [given]))
    .optional()
    .describe("of a mail; may be given several times"),
});

/** The beginning of an export in each format. */
export const exportedExample: Readonly<Record<ExportFormat, string>> = {
  csv: "record,scope,scope_version,as_of,id,kind,status,summary",
  cef: "CEF:0|Portolan|Portolan|0.1.0|unauthorized-open|Port open without authorization|8|externalId=7 dpt=23",
  slack: '{"text":"Portolan: 2 open findings","blocks":[{"type":"divider"}]}',
  mail: "Subject: Portolan: 2 open findings",
  html: "<!doctype html>",
  pdf: "%PDF-1.7",
};

/** Each format by its media type; what Slack takes is the one that is JSON. */
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

/** Who a mail is from and to; of no other format. */
export type Addressing = Pick<ExportRequest, "mailFrom" | "mailTo">;

export interface ExportedFindings {
  /** For a person who keeps it: what, the instant it is of, and the extension. */
  readonly fileName: string;
  /** How many findings it is about, and how many of them are open; the content may show fewer, and then says so. */
  readonly findings: number;
  readonly open: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** The same findings in another format; what cannot be made is a fault before the content begins. */
export const exportFindings = defineSpecial<(request: ExportRequest) => Promise<ExportedFindings>>()({
  id: "exportFindings",
  method: "GET",
  path: "/api/v1/findings/export",
  tag: "findings",
  summary: "Findings as other programs and people read them",
  description:
    "Each format is escaped for its reader, and says of which scope and instant it is, and what is not known. csv and cef hold every finding; html shows 5,000 of them, pdf 2,000, mail 200, slack 20, and each says how many more there are.",
  permission: "record:read",
  query: exportQuery,
  result: text,
  answersWith: {
    description:
      "The findings. Portolan-Findings and Portolan-Open say how many there are, and how many of them are open.",
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
