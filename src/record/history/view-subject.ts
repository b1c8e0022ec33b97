/**
 * Whose view it is: a declared asset's, or that of everything in a target that no asset declares. An asset may be named
 * like anything, so the kind is never read from a name.
 */
export type ViewSubject =
  { readonly kind: "asset"; readonly name: string } | { readonly kind: "undeclared"; readonly target: string };

/** Two subjects with the same key are the same. */
export function subjectKey(subject: ViewSubject): string {
  return JSON.stringify([subject.kind, subject.kind === "asset" ? subject.name : subject.target]);
}
