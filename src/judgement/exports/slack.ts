import { factsOf, type Row } from "./columns.ts";
import { MOST_SHOWN, shownRows } from "./shown.ts";
import type { Sheet } from "./sheet.ts";
import { cut } from "./visible.ts";

/** Text that Slack shows verbatim: it forms no mention, link, emphasis or emoji. */
interface PlainText {
  readonly type: "plain_text";
  readonly text: string;
  readonly emoji: false;
}

type Block =
  | { readonly type: "header"; readonly text: PlainText }
  | { readonly type: "section"; readonly text: PlainText }
  | { readonly type: "context"; readonly elements: readonly PlainText[] }
  | { readonly type: "divider" };

/** Slack's limits for a header and for a section, in characters. A longer text makes Slack refuse the whole message. */
const MOST_IN_HEADER = 150;
const MOST_IN_SECTION = 3_000;
/** Characters per finding: a channel is not an archive. */
const MOST_OF_A_FINDING = 1_800;

/** A message for an incoming webhook of Slack, in blocks (at most 50). */
export interface SlackMessage {
  /** For notifications and screen readers. Only our own words and numbers, because Slack reads it as markup. */
  readonly text: string;
  readonly mrkdwn: false;
  readonly link_names: false;
  readonly unfurl_links: false;
  readonly unfurl_media: false;
  readonly blocks: readonly Block[];
}

export function slackOf(sheet: Sheet): SlackMessage {
  const { rows, more } = shownRows(sheet, MOST_SHOWN.slack);
  const about = sheet.about.map(({ title, value }) => `${title}: ${value}`).join("\n");
  return {
    text: `Portolan: ${sheet.headline}`,
    mrkdwn: false,
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: "header", text: plainText(sheet.headline, MOST_IN_HEADER) },
      { type: "section", text: plainText(about, MOST_IN_SECTION) },
      ...(sheet.total === 0 ? [] : [{ type: "divider" } as const]),
      ...[...rows].map((row): Block => ({ type: "section", text: plainText(inLines(row), MOST_IN_SECTION) })),
      ...(more === "" ? [] : [{ type: "section", text: plainText(more, MOST_IN_SECTION) } as const]),
      { type: "divider" },
      { type: "context", elements: [plainText(sheet.notKnown.join(" "), MOST_IN_SECTION)] },
    ],
  };
}

function inLines(row: Row): string {
  const facts = factsOf(row).map(({ title, value }) => `${title} ${value}`);
  return cut(`#${row.id} ${row.status}: ${row.kind}\n${cut(row.summary, 500)}\n${facts.join(", ")}`, MOST_OF_A_FINDING);
}

/** Escapes the three characters that Slack reads as markup. Cuts first, so that no entity is cut in two. */
function plainText(text: string, most: number): PlainText {
  let length = most;
  while (escaped(cut(text, length)).length > most) length = Math.floor(length * 0.8);
  return { type: "plain_text", text: escaped(cut(text, length)), emoji: false };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
