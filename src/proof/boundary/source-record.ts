import { Fault } from "../../model/index.ts";
import { printable } from "../../platform/documents/index.ts";
import { canonicalAddress } from "../../scope/index.ts";

export const SOURCE_KINDS = ["zone", "inventory", "cmdb", "dhcp"] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** What a source says: a name, an address, or that a name has an address. */
export interface SourceRecord {
  /** As the source writes it; a DNS name in lower case without the last dot. */
  readonly name?: string | undefined;
  /** In canonical text. */
  readonly address?: string | undefined;
  /** What the source calls it, such as `A`, `CNAME web.example.com`, `i-0abc running`. */
  readonly detail: string;
}

/** What of a file became no record: its number by reason, and the first few in words. */
export interface SourceLeftOut {
  /** Values in a place of addresses that are none. */
  readonly unreadable: number;
  /** Instances that were terminated, leases that had ended. */
  readonly ended: number;
  /** Up to five of the unreadable ones, with their place. */
  readonly examples: readonly string[];
}

export interface SourceContent {
  /** `zone`, `aws-instances`, `kea`, … */
  readonly format: string;
  readonly records: readonly SourceRecord[];
  readonly leftOut: SourceLeftOut;
}

/** Bounds the memory of an import and the length of an answer. */
const MOST_RECORDS = 100_000;
const LONGEST_TEXT = 255;
const MOST_EXAMPLES = 5;

/** Takes what a reader finds, each once. */
export interface RecordList {
  /** Text that is not an address is left out; `place` says where it stood. */
  address(
    text: string,
    about: { readonly name?: string | undefined; readonly detail: string; readonly place: string },
  ): void;
  name(name: string, detail: string): void;
  ended(): void;
  content(format: string): SourceContent;
}

export function createRecordList(): RecordList {
  const records = new Map<string, SourceRecord>();
  const examples: string[] = [];
  let [unreadable, ended] = [0, 0];

  function add(record: SourceRecord): void {
    const key = JSON.stringify([record.name, record.address]);
    if (!records.has(key)) records.set(key, record);
    if (records.size <= MOST_RECORDS) return;
    throw unreadableSource(
      `It has more than ${MOST_RECORDS} names and addresses.`,
      "Split it, and import each part under a name of its own (--name).",
    );
  }
  return {
    address(text, { name, detail, place }) {
      const address = canonicalAddress(text.trim());
      if (address === undefined) {
        unreadable += 1;
        if (examples.length < MOST_EXAMPLES) examples.push(`${place}: ${printable(text, 60)}`);
        return;
      }
      const named = name === undefined || name === "" ? {} : { name: printable(name, LONGEST_TEXT) };
      add({ ...named, address, detail: printable(detail, LONGEST_TEXT) });
    },
    name: (name, detail) => add({ name: printable(name, LONGEST_TEXT), detail: printable(detail, LONGEST_TEXT) }),
    ended: () => void (ended += 1),
    content: (format) => ({ format, records: [...records.values()], leftOut: { unreadable, ended, examples } }),
  };
}

/** The file cannot be read as a source of the boundary; `line` counts from 1. */
export function unreadableSource(problem: string, next: string, line?: number): Fault {
  return new Fault("config-invalid", problem, { next, ...(line === undefined ? {} : { place: String(line) }) });
}
