import { createHash } from "node:crypto";
import { formatInstant } from "../../model/index.ts";
import { factsOf, toTheSecond, type Fact, type Row } from "./columns.ts";
import { MOST_OF_A_TEXT, MOST_SHOWN, shownRows } from "./shown.ts";
import { titleOf, type Sheet } from "./sheet.ts";
import { cut, hasEscapes, LEGEND } from "./visible.ts";

/** Text that is already HTML. Only {@link markup} makes it. */
interface Markup {
  readonly source: string;
}

/** Fills values into markup: text is escaped for elements and quoted attributes, markup is not. */
function markup(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Markup | readonly Markup[])[]
): Markup {
  const put = (value: (typeof values)[number]): string => {
    if (typeof value === "object") return "source" in value ? value.source : value.map(put).join("");
    return escaped(cut(String(value), MOST_OF_A_TEXT));
  };
  return { source: parts.map((part, at) => part + (values[at] === undefined ? "" : put(values[at]))).join("") };
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The page may only be displayed, in the one style that it brings: no script, no request, no form, no frame. */
export function policyOf(style: string): string {
  const digest = createHash("sha256").update(style).digest("base64");
  return `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`;
}

/** One self-contained page, in pieces. */
export function* htmlOf(sheet: Sheet, style: string): Generator<string> {
  const policy = markup`<meta http-equiv="Content-Security-Policy" content="${policyOf(style)}">\n`;
  yield* pageOf(sheet, style, MOST_SHOWN.html, policy);
}

/** The page as a part of a mail, without a policy: mail clients apply their own. */
export function* mailHtmlOf(sheet: Sheet, style: string): Generator<string> {
  yield* pageOf(sheet, style, MOST_SHOWN.mail, markup``);
}

function* pageOf(sheet: Sheet, style: string, most: number, policy: Markup): Generator<string> {
  const { rows, more } = shownRows(sheet, most);
  let escapes = false;
  const piece = ({ source }: Markup): string => {
    escapes ||= hasEscapes(source);
    return source;
  };
  yield piece(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${policy}<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${titleOf(sheet)}</title>
<style>${{ source: style }}</style>
</head>
<body>
<main>
<header>
<p class="product">Portolan</p>
<h1>${sheet.headline}</h1>
${factList(sheet.about)}</header>
<section class="unknown">
<h2>What is not known</h2>
<ul>
${sheet.notKnown.map((sentence) => markup`<li>${sentence}</li>\n`)}</ul>
</section>
`);
  if (sheet.total > 0) {
    yield "<section>\n<h2>Findings</h2>\n<ol>\n";
    for (const row of rows) yield piece(itemOf(row));
    yield "</ol>\n</section>\n";
  }
  if (more !== "") yield markup`<p class="more">${more}</p>\n`.source;
  yield markup`</main>
<footer>Portolan ${sheet.version}, ${toTheSecond(formatInstant(sheet.at))}.${escapes ? ` ${LEGEND}` : ""}</footer>
</body>
</html>
`.source;
}

function itemOf(row: Row): Markup {
  return markup`<li class="${row.isOpen ? "open" : row.status}">
<p class="head"><span class="number">#${row.id}</span> <strong>${row.status}</strong> <span class="kind">${row.kind}</span></p>
<p class="summary">${row.summary}</p>
${factList(factsOf(row))}</li>
`;
}

function factList(facts: readonly Fact[]): Markup {
  const items = facts.map(({ title, value }) => markup`<div><dt>${title}</dt> <dd>${value}</dd></div>\n`);
  return markup`<dl>\n${items}</dl>\n`;
}
