import type { Reporter, TestCase, TestModule, TestSuite } from "vitest/node";

/** A suite or test that did not run. `reason` as its author gave it. */
export interface Skipped {
  readonly name: string;
  readonly reason: string;
  readonly file: string;
  readonly tests: number;
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  /** Tests that did not run, whatever the reason. */
  readonly skipped: number;
  /** What was left out on purpose, where the whole suite was asked for. */
  readonly leftOut: readonly Skipped[];
}

/** `lab: needs root` names the suite "lab" and says why it is skipped. */
function named(fullName: string): { readonly name: string; readonly reason: string | undefined } {
  const cut = fullName.indexOf(": ");
  return cut < 0
    ? { name: fullName, reason: undefined }
    : { name: fullName.slice(0, cut), reason: fullName.slice(cut + 2) };
}

const NO_REASON = "no reason given";

/** Where the suite itself does not say why, its tests do. */
function reasonIn(suite: TestSuite): string {
  const own = named(suite.name).reason;
  if (own !== undefined) return own;
  const reasons = new Set([...casesOf(suite)].flatMap((one) => named(one.name).reason ?? []));
  return reasons.size === 0 ? NO_REASON : [...reasons].join("; ");
}

/** What a person reads last: what was left out, by name and with the reason, then the three counts alone. */
export function closingLines({ passed, failed, skipped, leftOut }: Totals): string[] {
  const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  if (leftOut.length === 0) return [counts];
  const head = `Skipped: ${leftOut.length} ${leftOut.length === 1 ? "suite" : "suites"}`;
  const lines = leftOut.map((one) => {
    const size = `${one.tests} ${one.tests === 1 ? "test" : "tests"}`;
    return `  ${one.name} — ${one.reason} (${size}, ${one.file})`;
  });
  return [head, ...lines, counts];
}

function* casesOf(parent: TestModule | TestSuite): Generator<TestCase> {
  yield* parent.children.allTests();
}

function isLeftOut(suite: TestSuite): boolean {
  const cases = [...casesOf(suite)];
  return cases.length > 0 && cases.every((one) => one.result().state === "skipped");
}

/** The outermost suites that were left out whole, and the single tests beside them. */
function* skippedIn(parent: TestModule | TestSuite, file: string): Generator<Skipped> {
  // Its tests did not run because it failed, which is said elsewhere.
  if (parent.errors().length > 0) return;
  for (const child of parent.children) {
    if (child.type === "suite") {
      if (isLeftOut(child) && child.errors().length === 0)
        yield { name: named(child.name).name, reason: reasonIn(child), file, tests: [...casesOf(child)].length };
      else yield* skippedIn(child, file);
    } else {
      const result = child.result();
      if (result.state !== "skipped") continue;
      const { name, reason } = named(child.name);
      yield { name, reason: result.note ?? reason ?? NO_REASON, file, tests: 1 };
    }
  }
}

/** Counts what ran. A file that could not be loaded and an error outside every test are failures as well. */
export function totalsOf(modules: readonly TestModule[], unhandled: number): Totals {
  let passed = 0;
  let failed = unhandled;
  let skipped = 0;
  const leftOut: Skipped[] = [];
  for (const module of modules) {
    failed += module.errors().length;
    for (const suite of module.children.allSuites()) failed += suite.errors().length;
    for (const one of casesOf(module)) {
      const { state } = one.result();
      if (state === "passed") passed++;
      if (state === "failed") failed++;
      if (state === "skipped") skipped++;
    }
    leftOut.push(...skippedIn(module, module.relativeModuleId));
  }
  return { passed, failed, skipped, leftOut };
}

/** Prints the closing lines of a run, for people and for whatever reads the last line of `npm test`. */
export function closingReporter(print: (line: string) => void): Reporter {
  let narrowed = false;
  let tags: readonly string[] = [];
  return {
    onInit(vitest) {
      tags = vitest.config.tagsFilter ?? [];
      narrowed = vitest.config.testNamePattern !== undefined || tags.length > 0;
    },
    onTestRunEnd(modules, unhandled) {
      const totals = totalsOf(modules, unhandled.length);
      // A run of tests by name or by tag skips the others on purpose.
      const lines = closingLines(narrowed ? { ...totals, leftOut: [] } : totals);
      const filter = tags.length === 0 ? [] : [`Only tests tagged ${tags.join(" and ")}; npm test runs all of them.`];
      for (const line of ["", ...filter, ...lines]) print(line);
    },
  };
}
