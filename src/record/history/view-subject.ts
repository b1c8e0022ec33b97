/**
 * The subject of a view: a declared asset, or everything undeclared in a target. An asset can have any name, so the
 * kind is never derived from a name.
 */
export type ViewSubject =
  { readonly kind: "asset"; readonly name: string } | { readonly kind: "undeclared"; readonly target: string };

/** Subjects with the same key are the same. */
export function subjectKey(subject: ViewSubject): string {
  return JSON.stringify([subject.kind, subject.kind === "asset" ? subject.name : subject.target]);
}
