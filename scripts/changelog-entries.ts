/** In the order of Keep a Changelog 1.1.0. */
export const CHANGE_KINDS = ["added", "changed", "removed", "fixed", "security"] as const;
type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One change: a file of changelog.d. */
export interface Fragment {
  readonly kind: ChangeKind;
  /** Markdown of one list item, without its dash. */
  readonly text: string;
}

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*\.(added|changed|removed|fixed|security)\.md$/;
const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/** The fragment, or what is wrong with its name or its text. */
export function readFragment(name: string, content: string): Fragment | { readonly problem: string } {
  const kind = CHANGE_KINDS.find((each) => each === NAME.exec(name)?.[1]);
  if (kind === undefined) return { problem: `${name}: not SLUG.(${CHANGE_KINDS.join("|")}).md` };
  const text = content.trim();
  if (text === "") return { problem: `${name}: has no text` };
  if (/^(#|[-*+] )/m.test(text)) return { problem: `${name}: is one change, without a heading or a list` };
  return { kind, text };
}

/**
 * CHANGELOG.md with a section for `version`: the items under "Unreleased", then the fragments, by kind. Throws if there is
 * nothing to release, or if the version already has a section.
 */
export function release(changelog: string, fragments: readonly Fragment[], version: string, day: string): string {
  if (!VERSION.test(version)) throw new Error(`'${version}' is not a version (MAJOR.MINOR.PATCH).`);
  const { head, unreleased, released } = partsOf(changelog);
  if (released.includes(`## ${version} `)) throw new Error(`CHANGELOG.md already has a section for ${version}.`);
  const items = itemsByKind(unreleased);
  for (const { kind, text } of fragments) {
    const item = `- ${text.replaceAll("\n", "\n  ").replaceAll(/^ +$/gm, "")}`;
    items.set(kind, [...(items.get(kind) ?? []), item]);
  }
  if (items.size === 0) throw new Error("Nothing to release: changelog.d has no fragment.");
  const sections = CHANGE_KINDS.filter((kind) => items.has(kind)).map(
    (kind) => `### ${titleOf(kind)}\n\n${(items.get(kind) ?? []).join("\n")}\n`,
  );
  return [`${head}\n`, `## ${version} - ${day}\n`, ...sections, ...(released === "" ? [] : [released])].join("\n");
}

function partsOf(changelog: string): { head: string; unreleased: string; released: string } {
  const sections = changelog.split(/^(?=## )/m);
  const head = (sections[0]?.startsWith("## ") === false ? (sections.shift() ?? "") : "").trimEnd();
  const unreleased = sections[0]?.startsWith("## Unreleased") === true ? (sections.shift() ?? "") : "";
  return { head, unreleased, released: sections.join("") };
}

function itemsByKind(unreleased: string): Map<ChangeKind, string[]> {
  const items = new Map<ChangeKind, string[]>();
  for (const section of unreleased.split(/^### /m).slice(1)) {
    const [title = "", ...lines] = section.split("\n");
    const kind = CHANGE_KINDS.find((each) => titleOf(each) === title.trim());
    if (kind === undefined) throw new Error(`CHANGELOG.md, Unreleased: '${title}' is not a kind of change.`);
    items.set(kind, [...(items.get(kind) ?? []), lines.join("\n").trim()]);
  }
  return items;
}

function titleOf(kind: ChangeKind): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}
