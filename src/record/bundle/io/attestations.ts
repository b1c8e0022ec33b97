import { hash } from "node:crypto";
import { COSIGNATURES_FILE, TIMESTAMPS_FOLDER } from "@portolan/verifier";
import type { Db } from "../../../platform/storage/index.ts";
import { timestampsOf } from "../../timestamps/index.ts";
import { cosignaturesOf } from "../../witnesses/index.ts";
import type { FileWriter } from "./file-writer.ts";

/** What others stated about the checkpoints of a bundle. */
export interface Attestations {
  /** Keys of the witnesses, as vkeys. */
  readonly witnesses: readonly string[];
  write(files: FileWriter): AsyncGenerator<Uint8Array>;
}

/** `notes`: the signed notes by size. */
export async function attestationsOf(db: Db, notes: ReadonlyMap<number, string>): Promise<Attestations> {
  const sizes = [...notes.keys()];
  const cosignatures = await cosignaturesOf(db, sizes);
  const timestamps = await timestampsOf(db, sizes);
  return {
    witnesses: [...new Set(cosignatures.map(({ witness }) => witness))].sort(),
    async *write(files) {
      if (cosignatures.length > 0) {
        const lines = cosignatures.map(({ size, witness, line }) => JSON.stringify([size, witness, line]));
        yield* files.lines(COSIGNATURES_FILE, lines);
      }
      const stamped = new Set<number>();
      for (const { size, response } of timestamps) {
        // The data that openssl ts -verify takes.
        if (!stamped.has(size)) yield* files.text(`${TIMESTAMPS_FOLDER}${size}.checkpoint`, notes.get(size) ?? "");
        stamped.add(size);
        const digest = hash("sha256", response, "hex");
        yield* files.bytes(`${TIMESTAMPS_FOLDER}${size}-${digest.slice(0, 8)}.tsr`, response);
      }
    },
  };
}
