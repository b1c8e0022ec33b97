import { verifyHeld, type HeldReport } from "../../../../verifier/index.ts";
import { call } from "../../api/call.ts";

/** Compares the log of this server with a checkpoint that somebody keeps. The server gives proofs; this browser checks them. */
export async function verifyHere(note: string, fingerprint: string): Promise<HeldReport> {
  return await verifyHeld(
    {
      async entry(index) {
        const { entry, inclusion } = await call("evidence.entry", { index });
        return { body: entry.body, size: inclusion.size, hashes: inclusion.hashes, note: inclusion.note };
      },
      async rotations() {
        const found = await call("evidence.entries", { limit: 500, type: ["key-rotated"] });
        return found.entries.map(({ index }) => index);
      },
      consistency: async (first, second) => (await call("evidence.consistency", { first, second })).hashes,
    },
    { note, fingerprint },
  );
}
