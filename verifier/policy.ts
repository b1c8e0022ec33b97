import { checkCosignatures, parseWitnessKey } from "./cosignature.ts";
import type { CosignatureCheck, WitnessKey } from "./cosignature.ts";
import { checkNote, parseVerifierKey } from "./note.ts";
import type { Note, VerifierKey } from "./note.ts";

/** A witness of a policy. */
export interface PolicyWitness {
  /** Its name in the policy file, which the quorum refers to; its key has a name of its own. */
  readonly name: string;
  readonly key: WitnessKey;
  /** The prefix under which it takes checkpoints. */
  readonly url?: string | undefined;
}

/** C2SP tlog-policy: the logs and witnesses that a reader trusts, and how many witnesses a checkpoint needs. */
export interface Policy {
  readonly logs: readonly { readonly key: VerifierKey; readonly url?: string | undefined }[];
  readonly witnesses: readonly PolicyWitness[];
  /** Whether these witnesses, by their names in the policy, are enough. */
  quorum(cosigned: ReadonlySet<string>): boolean;
}

export type PolicyReading =
  | { readonly outcome: "read"; readonly policy: Policy }
  | { readonly outcome: "refused"; readonly line: number; readonly problem: string };

type Rule = (cosigned: ReadonlySet<string>) => boolean;

const MOST_LINES = 1_000;

class Refusal extends Error {}

/** Reads a policy file: `log`, `witness`, `group` and `quorum` lines, each name defined before it is used. */
export function parsePolicy(text: string): PolicyReading {
  const logs: { key: VerifierKey; url?: string }[] = [];
  const witnesses: PolicyWitness[] = [];
  const rules = new Map<string, Rule>();
  const members = new Set<string>();
  let quorum: Rule | undefined;

  const refuse = (problem: string): never => {
    throw new Refusal(problem);
  };
  const define = (name: string, rule: Rule): void => {
    if (name === "none") refuse("'none' is a reserved name");
    if (rules.has(name)) refuse(`the name ${name} is already defined`);
    rules.set(name, rule);
  };
  const ruleOf = (name: string): Rule => rules.get(name) ?? refuse(`${name} is not defined above`);

  const readers: Readonly<Record<string, (words: readonly string[]) => void>> = {
    log([vkey = "", url, ...more]) {
      const key = parseVerifierKey(vkey) ?? refuse("this is not the key of a log (vkey of type 0x01)");
      if (more.length > 0) refuse("a log has a key and a URL, no more");
      if (logs.some((other) => sameKey(other.key.publicKey, key.publicKey))) refuse("this key is listed twice");
      logs.push(url === undefined ? { key } : { key, url });
    },
    witness([name = "", vkey = "", url, ...more]) {
      const key = parseWitnessKey(vkey) ?? refuse("this is not the key of a witness (vkey of type 0x04 or 0x06)");
      if (more.length > 0) refuse("a witness has a name, a key and a URL, no more");
      if (witnesses.some((other) => sameKey(other.key.publicKey, key.publicKey))) refuse("this key is listed twice");
      define(name, (cosigned) => cosigned.has(name));
      witnesses.push({ name, key, url });
    },
    group([name = "", needed = "", ...names]) {
      const least = needed === "all" ? names.length : needed === "any" ? 1 : Number(needed);
      if (!/^(all|any|[1-9]\d*)$/.test(needed) || names.length === 0 || least > names.length)
        refuse("a group needs 'all', 'any' or a number of its members, and at least one member");
      const parts = names.map((member) => {
        if (members.has(member)) refuse(`${member} is already a member of a group`);
        members.add(member);
        return ruleOf(member);
      });
      define(name, (cosigned) => parts.filter((part) => part(cosigned)).length >= least);
    },
    quorum([name = "", ...more]) {
      if (quorum !== undefined) refuse("there is a second quorum");
      if (name === "" || more.length > 0) refuse("the quorum is one name, or none");
      quorum = name === "none" ? () => true : ruleOf(name);
    },
  };

  const lines = text.split("\n");
  for (const [place, line] of lines.slice(0, MOST_LINES).entries()) {
    const problem = readLine(line, readers);
    if (problem !== undefined) return { outcome: "refused", line: place + 1, problem };
  }
  if (lines.length > MOST_LINES)
    return { outcome: "refused", line: MOST_LINES, problem: `the file has more than ${MOST_LINES} lines` };
  if (quorum === undefined) return { outcome: "refused", line: lines.length, problem: "the quorum line is missing" };
  return { outcome: "read", policy: { logs, witnesses, quorum } };
}

function readLine(line: string, readers: Readonly<Record<string, (words: readonly string[]) => void>>) {
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(line)) return "it has control characters";
  const [keyword = "", ...words] = line.split(/[ \t]+/).filter((word) => word !== "");
  if (keyword === "" || keyword.startsWith("#")) return undefined;
  const read = Object.hasOwn(readers, keyword) ? readers[keyword] : undefined;
  if (read === undefined) return "it begins with none of log, witness, group and quorum";
  try {
    read(words);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  return undefined;
}

export interface PolicyCheck {
  /** The note is signed by one of the policy's logs, or the policy lists none. */
  readonly log: boolean;
  readonly cosignatures: readonly CosignatureCheck[];
  /** The witnesses whose cosignatures verify are enough. */
  readonly quorum: boolean;
}

/** Holds a checkpoint against a policy. */
export async function checkPolicy(policy: Policy, note: Note): Promise<PolicyCheck> {
  const keys = policy.logs.map(({ key }) => key);
  const check = await checkNote(note, keys);
  const cosignatures = await checkCosignatures(
    note,
    policy.witnesses.map(({ key }) => key),
  );
  const verified = new Set(cosignatures.flatMap(({ outcome, key }) => (outcome === "verified" ? [key.id] : [])));
  const names = policy.witnesses.filter(({ key }) => verified.has(key.id)).map(({ name }) => name);
  return {
    log: keys.length === 0 || check.outcome === "verified",
    cosignatures,
    quorum: policy.quorum(new Set(names)),
  };
}

function sameKey(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, place) => byte === b[place]);
}
