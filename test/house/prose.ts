import ts from "typescript";

/** A stretch of text that a person reads, on one line, and the line of its file on which it begins. */
export interface Prose {
  readonly line: number;
  readonly text: string;
}

/** Paragraphs, list items, table rows and headings of a Markdown document. Code is not prose, inline or fenced. */
export function proseOfMarkdown(source: string): Prose[] {
  const found: Prose[] = [];
  let open: { line: number; parts: string[] } | undefined;
  const close = (): void => {
    if (open !== undefined) found.push({ line: open.line, text: open.parts.join(" ") });
    open = undefined;
  };
  let fenced = false;
  for (const [index, raw] of source.split("\n").entries()) {
    const text = raw.trim();
    const fence = text.startsWith("```");
    if (fence) fenced = !fenced;
    if (fence || fenced || text === "") {
      close();
      continue;
    }
    if (/^([-*|#>]|\d+\.) ?/.test(text)) close();
    open ??= { line: index + 1, parts: [] };
    open.parts.push(text);
    if (/^[|#]/.test(text)) close();
  }
  close();
  return found.map(({ line, text }) => ({ line, text: withoutQuotes(text) }));
}

/** Decisions before 0020 keep the titles they were made under, wherever those are quoted. */
function withoutQuotes(text: string): string {
  return text.replaceAll(/\[[^\]]*\]\([^)]*00[01]\d-[^)]*\)/g, "[title]").replaceAll(/`[^`]*`/g, "`code`");
}

/** Comments and string literals of a source file; `${…}` stands for what a template fills in. */
export function proseOfSource(path: string, source: string): Prose[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const found: Prose[] = [];
  const lineAt = (position: number): number => file.getLineAndCharacterOfPosition(position).line + 1;
  const add = (position: number, text: string): void => {
    if (/[a-z]\S* .*[a-z]/is.test(text))
      found.push({ line: lineAt(position), text: text.replaceAll(/\s+/g, " ").trim() });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) add(node.getStart(file), node.text);
    if (ts.isTemplateExpression(node)) {
      const rest = node.templateSpans.map(({ literal }) => `\${…}${literal.text}`);
      add(node.getStart(file), node.head.text + rest.join(""));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  for (const { start, text } of commentsOf(file)) add(start, text);
  return found.sort((a, b) => a.line - b.line);
}

/** Line comments that follow one another are one text. */
function commentsOf(file: ts.SourceFile): { start: number; text: string }[] {
  const ranges = new Map<number, number>();
  const collect = (node: ts.Node): void => {
    const here = ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? [];
    const behind = ts.getTrailingCommentRanges(file.text, node.getEnd()) ?? [];
    for (const { pos, end } of [...here, ...behind]) ranges.set(pos, end);
    for (const child of node.getChildren(file)) collect(child);
  };
  collect(file);
  const comments: { start: number; end: number; text: string }[] = [];
  for (const [start, end] of [...ranges].sort(([a], [b]) => a - b)) {
    const raw = file.text.slice(start, end);
    const text = raw.replaceAll(/^\/\*+|\*\/$|^\s*\*+ ?|^\/\/ ?/gm, "").replaceAll(/`[^`\n]*`/g, "`code`");
    const before = comments.at(-1);
    const joined =
      before !== undefined && raw.startsWith("//") && /^\n[ \t]*$/.test(file.text.slice(before.end, start));
    if (joined) Object.assign(before, { end, text: `${before.text} ${text}` });
    else comments.push({ start, end, text });
  }
  return comments;
}
