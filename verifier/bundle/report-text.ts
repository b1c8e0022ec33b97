import type { Answer } from "./ask-state.ts";
import type { BundleProblem } from "./problems.ts";
import type { BundleReport } from "./verify.ts";
import { isSyntheticLog } from "../synthetic.ts";
import { count, grouped } from "./text.ts";

/** What no log can prove, however well it verifies. */
export const CANNOT_PROVE: readonly string[] = [
  "That an entry was true when it was written: the holder of the key could write anything, once.",
  "That everything was recorded: a sweep that never ran has no entry. The gaps show when nobody looked.",
  "When an entry was written: its time is the clock of that machine, unless a timestamp or a witness bounds it.",
  "Entries after the last checkpoint, or removed from the end: compare with a checkpoint from later.",
];

/** What the key says about the whole, in one line. */
export function keyLine(report: BundleReport): string {
  const line = verdictLine(report);
  return isSyntheticLog(report.origin) ? `${SYNTHETIC} ${line}` : line;
}

const SYNTHETIC = "SYNTHETIC RECORD: a simulated network answered, and nothing real was scanned.";

function verdictLine({ key, verified, problemCount }: BundleReport): string {
  if (problemCount > 0) return `Does not verify: ${count(problemCount, "problem")}.`;
  switch (key) {
    case "confirmed":
      return "Verified, and signed by the key with the fingerprint that you gave.";
    case "another":
      return "Not the log that you expect: no key of it has the fingerprint that you gave.";
    case "not confirmed":
      return verified ? "Consistent with itself; key not confirmed." : "Does not verify.";
  }
}

export function problemText({ file, index, field, problem }: BundleProblem): string {
  return [
    file,
    ...(index === undefined ? [] : [`entry or line ${grouped(index)}`]),
    ...(field === undefined ? [] : [field]),
  ]
    .join(", ")
    .concat(`: ${problem}.`);
}

/** The report for a terminal. */
export function reportText(report: BundleReport): string {
  const { origin, fingerprints, first, last, period, assets, program, checked, unchecked, problems, problemCount } =
    report;
  const more = problemCount - problems.length;
  return [
    keyLine(report),
    "",
    `  log          ${origin}`,
    ...fingerprints.map((fingerprint) => `  key          ${fingerprint}`),
    `  root         ${last.root}`,
    `  entries      ${grouped(first.size)} to ${grouped(last.size - 1)}`,
    `  period       ${period.from} to ${period.to}`,
    ...(assets.length === 0 ? [] : [`  assets only  ${assets.join(", ")}`]),
    `  written by   Portolan ${program}`,
    "",
    ...section("Problems", [
      ...problems.map(problemText),
      ...(more > 0 ? [`${count(more, "further problem")} not listed.`] : []),
    ]),
    ...section("Checked", checked),
    ...section("Not checked", unchecked),
    ...section("What a log cannot prove", CANNOT_PROVE),
    ...(report.key === "not confirmed"
      ? [
          "Compare the fingerprint of the key with one from outside this bundle, by phone or letter, and give it with --key.",
          "",
        ]
      : []),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  - ${line}`), ""];
}

export function answerText({ headline, lines }: Answer): string {
  const width = Math.max(...lines.map(([label]) => label.length));
  return [headline, ...lines.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`), ""].join("\n");
}
