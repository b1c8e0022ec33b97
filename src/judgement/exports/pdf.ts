import { counted, formatInstant } from "../../model/index.ts";
import { factsOf, toTheSecond, type Fact, type Row } from "./columns.ts";
import { MOST_OF_A_TEXT, MOST_SHOWN, shownRows } from "./shown.ts";
import { titleOf, type Sheet } from "./sheet.ts";
import { cut } from "./visible.ts";

/** The input of findings.typ, as JSON. Every text in it is shown as text: the template evaluates nothing. */
export interface PdfData {
  readonly title: string;
  readonly headline: string;
  readonly version: string;
  readonly asOf: string;
  /** Seconds since 1970, for the properties of the document. */
  readonly created: number;
  readonly about: readonly Fact[];
  readonly notKnown: readonly string[];
  readonly more: string;
  /** The worst kind first; `next`: what to do about the open ones, empty where none is. */
  readonly groups: readonly { readonly title: string; readonly next: string; readonly rows: readonly PdfRow[] }[];
}

interface PdfRow {
  readonly number: string;
  readonly status: string;
  readonly isOpen: boolean;
  readonly summary: string;
  readonly facts: readonly Fact[];
}

export function pdfDataOf(sheet: Sheet): PdfData {
  const { rows, more } = shownRows(sheet, MOST_SHOWN.pdf);
  const kinds = [...Map.groupBy(rows, ({ kind }) => kind)];
  const groups = kinds
    .sort(([, [a]], [, [b]]) => (b?.severity ?? 0) - (a?.severity ?? 0))
    .map(([kind, of]) => ({
      title: `${kind}: ${counted(of.length, "finding")}`,
      next: String(of.find(({ isOpen }) => isOpen)?.cells.next_step ?? ""),
      rows: of.map(pdfRow),
    }));
  return {
    title: titleOf(sheet),
    headline: sheet.headline,
    version: sheet.version,
    asOf: toTheSecond(formatInstant(sheet.at)),
    created: Math.floor(sheet.at / 1_000),
    about: sheet.about.map(({ title, value }) => ({ title, value: cut(value, MOST_OF_A_TEXT) })),
    notKnown: sheet.notKnown,
    more,
    groups,
  };
}

function pdfRow(row: Row): PdfRow {
  return {
    number: `#${row.id}`,
    status: row.status,
    isOpen: row.isOpen,
    summary: cut(row.summary, MOST_OF_A_TEXT),
    facts: factsOf(row, { without: ["next_step"] }).map(({ title, value }) => ({
      title,
      value: cut(value, MOST_OF_A_TEXT),
    })),
  };
}
