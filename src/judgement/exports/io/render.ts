import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Addressing, ExportFormat } from "../../../contract/index.ts";
import { cefOf } from "../cef.ts";
import { csvOf } from "../csv.ts";
import { htmlOf } from "../html.ts";
import { mailOf } from "../mail.ts";
import { pdfDataOf } from "../pdf.ts";
import type { Sheet } from "../sheet.ts";
import { slackOf } from "../slack.ts";
import { renderPdf } from "./render-pdf.ts";

/** The bytes of an export, in chunks; the same for the same sheet, format and addressing. */
export async function* renderSheet(
  sheet: Sheet,
  format: ExportFormat,
  addressing: Addressing = {},
): AsyncGenerator<Uint8Array> {
  switch (format) {
    case "csv":
      yield* encoded(csvOf(sheet));
      return;
    case "cef":
      yield* encoded(cefOf(sheet));
      return;
    case "slack":
      yield Buffer.from(`${JSON.stringify(slackOf(sheet), undefined, 2)}\n`);
      return;
    case "mail": {
      // Loaded on demand: every other command would wait for it.
      const { composeMail } = await import("./compose-mail.ts");
      yield await composeMail(mailOf(sheet, styleNamed("mail.css")), addressing, sheet.at);
      return;
    }
    case "html":
      yield* encoded(htmlOf(sheet, styleNamed("page.css")));
      return;
    case "pdf":
      yield await renderPdf(pdfDataOf(sheet));
      return;
  }
}

/** About this many characters per piece: large enough to be fast, small enough to let other work run in between. */
const PIECE = 65_536;

function* encoded(lines: Iterable<string>): Generator<Uint8Array> {
  let piece = "";
  for (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    yield Buffer.from(piece);
    piece = "";
  }
  if (piece !== "") yield Buffer.from(piece);
}

function styleNamed(file: string): string {
  return readFileSync(join(import.meta.dirname, "..", file), "utf8");
}
