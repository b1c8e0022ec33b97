import { describe, expect, it } from "vitest";
import { readFragment, release } from "./changelog-entries.ts";

const HEAD = "# Changelog\n\nThe format.\n";
const OLDER = "## 0.1.0 - 2026-01-01\n\n### Added\n\n- Sweeps.\n";

describe("a fragment", () => {
  it("has its kind in its name and one change as its text", () => {
    expect(readFragment("sweeps-command.added.md", "\nLists sweeps,\nand shows one.\n")).toEqual({
      kind: "added",
      text: "Lists sweeps,\nand shows one.",
    });
  });

  it.each([
    ["sweeps.md", "x", "not SLUG"],
    ["Sweeps.added.md", "x", "not SLUG"],
    ["sweeps.improved.md", "x", "not SLUG"],
    ["sweeps.added.md", " \n", "no text"],
    ["sweeps.added.md", "- one\n- two", "one change"],
    ["sweeps.added.md", "# Title\n\ntext", "one change"],
  ])("refuses %s with %j", (name, text, problem) => {
    expect(readFragment(name, text)).toMatchObject({ problem: expect.stringContaining(problem) as string });
  });
});

describe("a release", () => {
  it("puts the fragments above the versions before it, by kind", () => {
    const fragments = [
      { kind: "fixed", text: "A gap." },
      { kind: "added", text: "One,\nover two lines." },
      { kind: "added", text: "Two." },
    ] as const;
    expect(release(`${HEAD}\n${OLDER}`, fragments, "0.2.0", "2026-02-03")).toBe(
      `${HEAD}\n## 0.2.0 - 2026-02-03\n\n### Added\n\n- One,\n  over two lines.\n- Two.\n\n### Fixed\n\n- A gap.\n\n${OLDER}`,
    );
  });

  it("includes the items under Unreleased, before the fragments", () => {
    const unreleased = "## Unreleased\n\n### Added\n\n- Before,\n  wrapped.\n";
    const released = release(`${HEAD}\n${unreleased}`, [{ kind: "added", text: "After." }], "0.1.0", "2026-02-03");
    expect(released).toBe(`${HEAD}\n## 0.1.0 - 2026-02-03\n\n### Added\n\n- Before,\n  wrapped.\n- After.\n`);
  });

  it.each([
    ["0.2", [{ kind: "added", text: "x" }], "not a version"],
    ["", [{ kind: "added", text: "x" }], "not a version"],
    ["0.1.0", [{ kind: "added", text: "x" }], "already"],
    ["0.2.0", [], "Nothing to release"],
  ] as const)("refuses the version '%s'", (version, fragments, problem) => {
    expect(() => release(`${HEAD}\n${OLDER}`, fragments, version, "2026-02-03")).toThrow(problem);
  });
});
