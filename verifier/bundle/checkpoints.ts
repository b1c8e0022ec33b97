import { parseCheckpointBody, type CheckpointBody } from "../checkpoint.ts";
import { checkNote, parseNote } from "../note.ts";
import type { LogKeys } from "./keys.ts";
import { parsedJson } from "./json.ts";
import { shown, type Problems } from "./problems.ts";
import type { BundleReader } from "./reader.ts";
import { OTHER_CHECKPOINTS } from "./layout.ts";

/** A checkpoint whose form is sound; its signature may still be anybody's. */
export interface ReadCheckpoint {
  readonly file: string;
  /** Line, where the file has several. */
  readonly index?: number;
  readonly body: CheckpointBody;
  readonly note: string;
}

export async function readCheckpoint(
  reader: BundleReader,
  file: string,
  problems: Problems,
): Promise<ReadCheckpoint | undefined> {
  const note = await reader.text(file);
  if (note === undefined) return undefined;
  const body = bodyOf(note);
  if (body === undefined) {
    problems.add({ file, problem: "is not a C2SP checkpoint" });
    return undefined;
  }
  return { file, body, note };
}

export async function readOtherCheckpoints(reader: BundleReader, problems: Problems): Promise<ReadCheckpoint[]> {
  const others: ReadCheckpoint[] = [];
  if (!reader.has(OTHER_CHECKPOINTS)) return others;
  let index = -1;
  for await (const line of reader.lines(OTHER_CHECKPOINTS)) {
    if (line === "") continue;
    index += 1;
    const note = parsedJson(line);
    const body = typeof note === "string" ? bodyOf(note) : undefined;
    if (body === undefined) problems.add({ file: OTHER_CHECKPOINTS, index, problem: "is not a C2SP checkpoint" });
    else others.push({ file: OTHER_CHECKPOINTS, index, body, note: String(note) });
  }
  return others;
}

function bodyOf(note: string): CheckpointBody | undefined {
  const parsed = parseNote(note);
  return parsed === undefined ? undefined : parseCheckpointBody(parsed.text);
}

/** Whether a key of the log signed it. `unchecked`: this browser cannot check Ed25519. */
export async function checkSignature(
  { file, index, body, note }: ReadCheckpoint,
  { origin, keys, inForce }: LogKeys,
  problems: Problems,
): Promise<"signed" | "unchecked" | "bad"> {
  const at = { file, ...(index === undefined ? {} : { index }) };
  const parsed = parseNote(note);
  if (parsed === undefined) return "bad";
  if (body.origin !== origin) {
    problems.add({ ...at, field: "origin", problem: `is of the log ${shown(body.origin)}, not ${shown(origin)}` });
    return "bad";
  }
  const check = await checkNote(parsed, keys);
  switch (check.outcome) {
    case "verified": {
      const key = inForce(body.size);
      if (key === undefined || check.keys.some(({ id }) => id === key.id)) return "signed";
      problems.add({
        ...at,
        field: "signature",
        problem: `a key that was replaced signed it: at this size, ${key.id} does`,
      });
      return "bad";
    }
    case "unchecked":
      return "unchecked";
    case "repeated-signature":
      problems.add({ ...at, field: "signature", problem: `is signed twice by ${check.key.name}+${check.key.id}` });
      return "bad";
    case "bad-signature":
      problems.add({
        ...at,
        field: "signature",
        problem: `the signature of ${check.key.name}+${check.key.id} is not that key's`,
      });
      return "bad";
    case "unknown-keys":
      problems.add({
        ...at,
        field: "signature",
        problem: `no key of the log signed it, but ${shown(check.signers.join(", "))}`,
      });
      return "bad";
  }
}
