import type { EntryBody } from "./entry.ts";
import type { VerifierKey } from "./note.ts";
import { readRotation } from "./rotation.ts";
import type { KeyRotation, RotationCheck } from "./rotation.ts";
import type { LogStart } from "./start.ts";

/** The keys of a log, as its entries name them one after the other. */
export interface Keyring {
  begin(start: LogStart): void;
  /** Undefined: the log has not begun, so there is no key to replace; entry 0 is reported already. */
  rotate(body: EntryBody): Promise<RotationCheck | undefined>;
  /** The key that has to sign a checkpoint of so many entries; undefined without a log that began. */
  inForce(size: number): VerifierKey | undefined;
  /** Keys that the entries name, the one of entry 0 first. */
  named(): readonly VerifierKey[];
  rotations(): readonly KeyRotation[];
}

export function createKeyring(): Keyring {
  const rotations: KeyRotation[] = [];
  let first: VerifierKey | undefined;

  function inForce(size: number): VerifierKey | undefined {
    return rotations.findLast(({ entry }) => entry < size)?.key ?? first;
  }

  return {
    begin: (start) => void (first = start.key),
    async rotate(body) {
      const previous = inForce(Number.POSITIVE_INFINITY);
      if (previous === undefined) return undefined;
      const check = await readRotation(body, previous);
      if (check.outcome !== "refused") rotations.push(check.rotation);
      return check;
    },
    inForce,
    named: () => (first === undefined ? [] : [first, ...rotations.map(({ key }) => key)]),
    rotations: () => rotations,
  };
}

/** Keys that a checkpoint may be signed with: those that the reader trusts, and those that one of them handed the log over to. */
export function trustedKeys(trusted: readonly VerifierKey[], rotations: readonly KeyRotation[]): VerifierKey[] {
  const known = [...trusted];
  const has = ({ id, name }: VerifierKey): boolean => known.some((key) => key.id === id && key.name === name);
  for (const { key, previous } of rotations) if (has(previous) && !has(key)) known.push(key);
  return known;
}
