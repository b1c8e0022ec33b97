import { parseCheckpointBody, type CheckpointBody } from "../checkpoint.ts";
import { parseNote } from "../note.ts";
import { signedBy } from "./signed.ts";
import type { LogKeys } from "./keys.ts";
import { shown } from "../entry.ts";
import { parsedJson, textIn } from "../json.ts";
import type { Problems } from "./problems.ts";
import type { BundleReader } from "./reader.ts";
import { OTHER_CHECKPOINTS } from "./layout.ts";

/** A checkpoint whose form is sound; its signature may still be anybody's. */
export interface ReadCheckpoint {
  readonly file: string;
  /** Line, where the file has several. */
  readonly index?: number | undefined;
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
    problems(file, "is not a C2SP checkpoint");
    return undefined;
  }
  return { file, body, note };
}

export async function readOtherCheckpoints(reader: BundleReader, problems: Problems): Promise<ReadCheckpoint[]> {
  const others: ReadCheckpoint[] = [];
  const file = OTHER_CHECKPOINTS;
  for await (const [index, line] of reader.records(file)) {
    const note = textIn(parsedJson(line));
    const body = bodyOf(note);
    if (body === undefined) problems(file, "is not a C2SP checkpoint", index);
    else others.push({ file, index, body, note });
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
  const bad = (problem: string, field = "signature"): "bad" => {
    problems(file, problem, index, field);
    return "bad";
  };
  const parsed = parseNote(note);
  if (parsed === undefined) return "bad";
  if (body.origin !== origin) return bad(`is of the log ${shown(body.origin)}, not ${shown(origin)}`, "origin");
  const check = await signedBy(parsed, keys);
  if (check.problem !== undefined) return bad(check.problem);
  const key = inForce(body.size);
  if (check.outcome === "unchecked" || key === undefined || check.keys.some(({ id }) => id === key.id)) {
    return check.outcome;
  }
  return bad(`a key that was replaced signed it: at this size, ${key.id} does`);
}
