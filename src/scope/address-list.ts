import { dirname, join } from "node:path";
import { Fault } from "../model/index.ts";
import { quoted, type DocumentPath, type PlacedProblem, type DocumentProblem } from "../platform/documents/index.ts";
import { neverTargets, NEVER_TARGETS } from "./address-class.ts";
import { unionOf, type AddressSet } from "./address-set.ts";
import { formatRange } from "./address-text.ts";
import { literalAddresses, readTarget, type TargetExpression } from "./target.ts";

/** One address of a list: its text as recorded, and its meaning. */
export interface ListedAddress {
  readonly text: string;
  readonly expression: Exclude<TargetExpression, { kind: "file" }>;
}

/** More than one address, so that it does not name a host. */
export function isRange({ expression }: ListedAddress): boolean {
  return expression.kind === "addresses" && expression.set.size > 1;
}

/** The addresses of a list that need neither name resolution nor knowledge of this machine. */
export function literalSet(listed: readonly ListedAddress[]): AddressSet {
  return unionOf(listed.map(({ expression }) => literalAddresses(expression)));
}

/** The purpose of the list decides which forms it can hold. */
export type ListPurpose = "target" | "asset" | "exclusion" | "authorization";

export interface ListReader {
  /** Reads a list of the document at `path`, with the contents of its `file:` references in their place. */
  read(addresses: readonly string[], path: DocumentPath, purpose: ListPurpose): ListedAddress[];
  /** Problems in the document itself. */
  readonly problems: DocumentProblem[];
  /** Problems in the files it refers to. */
  readonly filed: PlacedProblem[];
}

/** 2^32: all of IPv4, and far more than anybody sweeps. */
const SWEEP_LIMIT = 2 ** 32;
const LINE_LIMIT = 65_536;

/** @param readFile reads a list file; its faults are reported at the `file:` reference */
export function createListReader(file: string, readFile: (path: string) => string): ListReader {
  const problems: DocumentProblem[] = [];
  const filed: PlacedProblem[] = [];

  const readListFile = (path: string, at: DocumentPath, purpose: ListPurpose): ListedAddress[] => {
    const resolved = join(dirname(file), path);
    const location = path.startsWith("/") ? path : resolved;
    let lines: string[];
    try {
      lines = readFile(location).split(/\r\n|[\r\n]/);
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      problems.push({
        path: at,
        problem: cause.message,
        fix: `${cause.next.charAt(0).toLowerCase()}${cause.next.slice(1).replace(/\.$/, "")}`,
      });
      return [];
    }
    if (lines.length > LINE_LIMIT) {
      problems.push({
        path: at,
        problem: `${quoted(path)} has more than ${LINE_LIMIT} lines`,
        fix: "write ranges instead of single addresses",
      });
      return [];
    }
    const listed: ListedAddress[] = [];
    let words = 0;
    for (const [index, line] of lines.entries()) {
      const content = line.replace(/(^|\s)#.*$/, "");
      const word = content.trim();
      if (word === "") continue;
      words += 1;
      const read = readListed(word, purpose, true);
      if (read.ok) listed.push(read.listed);
      else
        filed.push({
          file: location,
          position: { line: index + 1, column: content.length - content.trimStart().length + 1 },
          path: [],
          problem: read.problem,
          fix: read.fix,
        });
    }
    if (words === 0) {
      problems.push({
        path: at,
        problem: `${quoted(path)} lists nothing`,
        fix: "write one address, range or hostname per line",
      });
    }
    return listed;
  };

  return {
    problems,
    filed,
    read: (addresses, path, purpose) =>
      addresses.flatMap((text, index) => {
        const at = [...path, index];
        if (text.startsWith("file:") && readTarget(text).ok)
          return readListFile(text.slice("file:".length), at, purpose);
        const read = readListed(text, purpose, false);
        if (read.ok) return [read.listed];
        problems.push({ path: at, problem: read.problem, fix: read.fix });
        return [];
      }),
  };
}

type ReadListed =
  | { readonly ok: true; readonly listed: ListedAddress }
  | { readonly ok: false; readonly problem: string; readonly fix: string };

function readListed(text: string, purpose: ListPurpose, inFile: boolean): ReadListed {
  const read = readTarget(text);
  if (!read.ok) return read;
  const { expression } = read;
  switch (expression.kind) {
    case "file":
      return {
        ok: false,
        problem: inFile ? "a list file cannot name another one" : `${quoted(text)} cannot be read`,
        fix: "list the addresses themselves",
      };
    case "hostname":
      if (purpose === "exclusion") {
        return {
          ok: false,
          problem: `${quoted(text)} is a hostname`,
          fix: "write its address: an exclusion has to hold when name resolution does not work",
        };
      }
      if (purpose === "authorization") {
        return {
          ok: false,
          problem: `${quoted(text)} is a hostname`,
          fix: "write the addresses that the permission covers",
        };
      }
      return { ok: true, listed: { text: expression.name, expression } };
    case "this-machine":
      if (purpose === "authorization") {
        return {
          ok: false,
          problem: "this-machine needs no authorization",
          fix: "remove it, and list the public addresses of others",
        };
      }
      return { ok: true, listed: { text, expression } };
    case "addresses": {
      const wrong = purpose === "target" || purpose === "asset" ? unfitToSweep(text, expression) : undefined;
      return wrong === undefined ? { ok: true, listed: { text, expression } } : { ok: false, ...wrong };
    }
  }
}

function unfitToSweep(
  text: string,
  { set }: Extract<TargetExpression, { kind: "addresses" }>,
): { problem: string; fix: string } | undefined {
  const never = set.intersect(neverTargets).ranges.length > 0 ? NEVER_TARGETS : [];
  for (const { addresses, reason } of never) {
    const [range] = set.intersect(addresses).ranges;
    if (range === undefined) continue;
    if (set.size === 1) return { problem: `${quoted(text)} is never a target: it is ${reason}`, fix: "remove it" };
    return {
      problem: `${quoted(text)} holds ${formatRange(range)}, never a target: each of them is ${reason}`,
      fix: set.subtract(neverTargets).ranges.length === 0 ? "remove it" : "list only the part that hosts can have",
    };
  }
  if (set.size > SWEEP_LIMIT) {
    return {
      problem: `${quoted(text)} has more than 2^32 addresses, too many to sweep one by one`,
      fix: "name the hosts: list their addresses, or ranges of up to 2^32 addresses (a /96)",
    };
  }
  return undefined;
}
