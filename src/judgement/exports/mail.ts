import { factsOf, type Row } from "./columns.ts";
import { mailHtmlOf } from "./html.ts";
import { MOST_OF_A_TEXT, MOST_SHOWN, shownRows } from "./shown.ts";
import { titleOf, type Sheet } from "./sheet.ts";
import { cut, hasEscapes, LEGEND } from "./visible.ts";

/** The parts of a message, before any encoding. */
export interface MailContent {
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export function mailOf(sheet: Sheet, style: string): MailContent {
  const { rows, more } = shownRows(sheet, MOST_SHOWN.mail);
  const paragraphs = [
    sheet.headline,
    sheet.about.map(({ title, value }) => `${title}: ${value}`).join("\n"),
    ["What is not known:", ...sheet.notKnown.map((sentence) => `- ${sentence}`)].join("\n"),
    ...[...rows].map(inLines),
    ...(more === "" ? [] : [more]),
  ];
  const legend = paragraphs.some(hasEscapes) ? ` ${LEGEND}` : "";
  return {
    subject: titleOf(sheet),
    text: `${[...paragraphs, `Portolan ${sheet.version}.${legend}`].join("\n\n")}\n`,
    html: [...mailHtmlOf(sheet, style)].join(""),
  };
}

function inLines(row: Row): string {
  const facts = factsOf(row).map(({ title, value }) => `  ${title}: ${cut(value, MOST_OF_A_TEXT)}`);
  return [`#${row.id} ${row.status} ${row.kind}`, `  ${cut(row.summary, MOST_OF_A_TEXT)}`, ...facts].join("\n");
}
