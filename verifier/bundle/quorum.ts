/** The quorum that a C2SP tlog-policy asks for. */
export interface Quorum {
  readonly name: string;
  /** Whether the witnesses with these keys (vkeys) are enough. */
  isMet(keys: ReadonlySet<string>): boolean;
}

/** Reads the `witness`, `group` and `quorum` lines of a policy; each name is defined before it is used. */
export function quorumOf(policy: string): Quorum {
  type Rule = Quorum["isMet"];
  const rules = new Map<string, Rule>([["none", () => true]]);
  let quorum = "none";
  for (const line of policy.split("\n")) {
    const [word, name = "", second = "", ...rest] = line.split(" ");
    if (word === "quorum") quorum = name;
    if (word === "witness") rules.set(name, (keys) => keys.has(second));
    if (word !== "group") continue;
    const parts = rest.map((part) => rules.get(part));
    const least = second === "all" ? parts.length : second === "any" ? 1 : Number(second);
    rules.set(name, (keys) => parts.filter((part) => part?.(keys) === true).length >= least);
  }
  const rule = rules.get(quorum);
  return { name: quorum, isMet: (keys) => rule?.(keys) === true };
}
