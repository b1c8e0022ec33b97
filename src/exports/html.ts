import { createHash } from "node:crypto";
import { formatInstant } from "../model/index.ts";
import { factsOf, toTheSecond, type Row } from "./columns.ts";
import { MOST_SHOWN, shownRows } from "./shown.ts";
import { titleOf, type Sheet } from "./sheet.ts";
import { cut } from "./visible.ts";

/** Longer texts are whole in the CSV. */
const MOST_OF_A_TEXT = 2_000;

/** Text that is HTML already. Nothing but {@link markup} makes it. */
interface Markup {
  readonly source: string;
}

/** Markup with values in it: text is escaped for an element as well as for a quoted attribute, markup is not. */
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

/** What the page may do: be shown, in the one style that it brings. No script, no request, no form, no frame. */
export function policyOf(style: string): string {
  const digest = createHash("sha256").update(style).digest("base64");
  return `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`;
}

/** One self-contained page. */
export function htmlOf(sheet: Sheet, style: string): string {
  return pageOf(
    sheet,
    style,
    MOST_SHOWN.html,
    markup`<meta http-equiv="Content-Security-Policy" content="${policyOf(style)}">
`,
  );
}

/** The page as a part of a mail, where it is among others' and no policy of its own is asked. */
export function mailHtmlOf(sheet: Sheet, style: string): string {
  return pageOf(sheet, style, MOST_SHOWN.mail, markup``);
}

function pageOf(sheet: Sheet, style: string, most: number, head: Markup): string {
  const { rows, more } = shownRows(sheet, most);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${head}<meta name="viewport" content="width=device-width, initial-scale=1">
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
<dl>
${sheet.about.map(
  ({ title, value }) => markup`<div><dt>${title}</dt> <dd>${value}</dd></div>
`,
)}</dl>
</header>
<section class="unknown">
<h2>What is not known</h2>
<ul>
${sheet.notKnown.map(
  (sentence) => markup`<li>${sentence}</li>
`,
)}</ul>
</section>
${rows.length === 0 ? markup`` : listOf(rows)}${
    more === ""
      ? markup``
      : markup`<p class="more">${more}</p>
`
  }</main>
<footer>Portolan ${sheet.version}, ${toTheSecond(formatInstant(sheet.at))}. Characters that cannot be seen are shown as \\u{1b}.</footer>
</body>
</html>
`.source;
}

function listOf(rows: readonly Row[]): Markup {
  return markup`<section>
<h2>Findings</h2>
<ol>
${rows.map(itemOf)}</ol>
</section>
`;
}

function itemOf(row: Row): Markup {
  return markup`<li class="${row.isOpen ? "open" : "resolved"}">
<p class="head"><span class="number">#${row.id}</span> <strong>${row.status}</strong> <span class="kind">${row.kind}</span></p>
<p class="summary">${row.summary}</p>
<dl>
${factsOf(row).map(
  ({ title, value }) => markup`<div><dt>${title}</dt> <dd>${value}</dd></div>
`,
)}</dl>
</li>
`;
}
