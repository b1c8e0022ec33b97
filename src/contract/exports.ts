import { z } from "zod";
import { findingsQuery } from "./listing.ts";

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
