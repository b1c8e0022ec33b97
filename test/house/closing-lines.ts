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
  readonly skipped: readonly Skipped[];
}

/** `lab: needs root` names the suite "lab" and says why it is skipped. */
function named(fullName: string): Pick<Skipped, "name" | "reason"> {
  const cut = fullName.indexOf(": ");
  return cut < 0
    ? { name: fullName, reason: "no reason given" }
    : { name: fullName.slice(0, cut), reason: fullName.slice(cut + 2) };
}

/** What a person reads last: what was left out, by name and with the reason, then the three counts alone. */
export function closingLines({ passed, failed, skipped }: Totals): string[] {
  const tests = skipped.reduce((sum, one) => sum + one.tests, 0);
  const counts = `${passed} passed, ${failed} failed, ${tests} skipped`;
  if (skipped.length === 0) return [counts];
  const head = `Skipped: ${skipped.length} ${skipped.length === 1 ? "suite" : "suites"}`;
  const lines = skipped.map((one) => {
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
  for (const child of parent.children) {
    if (child.type === "suite") {
      if (isLeftOut(child)) yield { ...named(child.name), file, tests: [...casesOf(child)].length };
      else yield* skippedIn(child, file);
    } else {
      const result = child.result();
      if (result.state !== "skipped") continue;
      const { name, reason } = named(child.name);
      yield { name, reason: result.note ?? reason, file, tests: 1 };
    }
  }
}

/** Counts what ran. A file that could not be loaded and an error outside every test are failures as well. */
export function totalsOf(modules: readonly TestModule[], unhandled: number): Totals {
  let passed = 0;
  let failed = unhandled;
  const skipped: Skipped[] = [];
  for (const module of modules) {
    failed += module.errors().length;
    for (const suite of module.children.allSuites()) failed += suite.errors().length;
    for (const one of casesOf(module)) {
      const { state } = one.result();
      if (state === "passed") passed++;
      if (state === "failed") failed++;
    }
    skipped.push(...skippedIn(module, module.relativeModuleId));
  }
  return { passed, failed, skipped };
}

/** Prints the closing lines of a run, for people and for whatever reads the last line of `npm test`. */
export function closingReporter(print: (line: string) => void): Reporter {
  return {
    onTestRunEnd(modules, unhandled) {
      for (const line of ["", ...closingLines(totalsOf(modules, unhandled.length))]) print(line);
    },
  };
}
