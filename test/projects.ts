/**
 * What a test file needs from the machine, stated by its name: `x.test.ts`, `x.db.test.ts`, `x.lab.test.ts`, or
 * anything below test/e2e. In the order in which they start: those that mostly wait come first, and computing fills the
 * end.
 */
export const PROJECTS = ["e2e", "lab", "database", "pure"] as const;
export type Project = (typeof PROJECTS)[number];

/** For vitest, as globs. test/house/projects.test.ts checks what a name promises. */
export const FILES: Readonly<Record<Project, { readonly include: string[]; readonly exclude: string[] }>> = {
  e2e: { include: ["test/e2e/**/*.test.ts"], exclude: [] },
  lab: { include: ["{src,charts,console/src,verifier,scripts,test}/**/*.lab.test.ts"], exclude: ["test/e2e/**"] },
  database: { include: ["{src,charts,console/src,verifier,scripts,test}/**/*.db.test.ts"], exclude: ["test/e2e/**"] },
  pure: {
    include: ["{src,charts,console/src,verifier,scripts,test}/**/*.test.ts"],
    exclude: ["test/e2e/**", "**/*.{db,lab}.test.ts"],
  },
};

/** The same for one path. */
export function projectOf(path: string): Project {
  if (path.startsWith("test/e2e/")) return "e2e";
  if (path.endsWith(".lab.test.ts")) return "lab";
  return path.endsWith(".db.test.ts") ? "database" : "pure";
}
