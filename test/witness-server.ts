import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  ED25519_WITNESS,
  checkNote,
  cosignedMessage,
  emptyRoot,
  formatCosignature,
  formatWitnessKey,
  fromBase64,
  parseCheckpointBody,
  parseNote,
  verifyConsistency,
  witnessKey,
  type VerifierKey,
} from "@portolan/verifier";

/**
 * How the witness answers from now on:
 *
 * - `honest`: as C2SP tlog-witness says, with every check
 * - `forked`: honest, but it holds a root of its own for the size it cosigned last, so no proof leads from there
 * - `inconsistent`: 422 for everything
 * - `refusing`: 403 for everything; `unknown-log`: 404
 * - `away`: it closes the connection
 * - `other-key`: it signs with another key than the one that it is known by
 * - `twice`: it adds its line two times
 */
export type WitnessMode =
  "honest" | "forked" | "inconsistent" | "refusing" | "unknown-log" | "away" | "other-key" | "twice";

export interface TestWitness {
  readonly url: string;
  readonly vkey: string;
  mode: WitnessMode;
  /** The log that it serves, by its key; undefined: it does not check who signed. */
  log: VerifierKey | undefined;
  /** The checkpoint it cosigned last. A test may set it, as if somebody else had asked. */
  latest: { size: number; root: Uint8Array };
  /** Each request: the size it named, and the answer's status. */
  readonly requests: { readonly old: number; readonly size: number; readonly status: number }[];
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
}

/** A witness of C2SP tlog-witness on a free port of this machine. It keeps one log, in memory. */
export async function serveWitness(name: string, now: () => number): Promise<TestWitness> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = new Uint8Array(publicKey.export({ type: "spki", format: "der" }).subarray(-32));
  const key = witnessKey(name, ED25519_WITNESS, raw);
  const stranger = generateKeyPairSync("ed25519").privateKey;

  async function answer(body: string): Promise<{ readonly old: number; readonly size: number } & Answer> {
    const [head, noteText] = split(body);
    const [oldLine = "", ...proofLines] = head.split("\n");
    const old = /^old (0|[1-9]\d*)$/.exec(oldLine)?.[1];
    const path = proofLines.map((line) => fromBase64(line));
    const note = parseNote(noteText);
    const checkpoint = note === undefined ? undefined : parseCheckpointBody(note.text);
    if (old === undefined || note === undefined || checkpoint === undefined || path.includes(undefined))
      return { old: -1, size: -1, status: 400 };
    const { size, rootHash } = checkpoint;
    return { old: Number(old), size, ...(await judge()) };

    async function judge(): Promise<Answer> {
      if (self.mode === "refusing") return { status: 403 };
      if (self.mode === "unknown-log") return { status: 404 };
      if (self.mode === "inconsistent") return { status: 422 };
      if (note === undefined || (self.log !== undefined && (await checkNote(note, [self.log])).outcome !== "verified"))
        return { status: 403 };
      if (Number(old) > size) return { status: 400 };
      const { latest } = self;
      if (Number(old) !== latest.size) return { status: 409, type: "text/x.tlog.size", body: `${latest.size}\n` };
      const firstRoot = self.mode === "forked" ? new Uint8Array(32).fill(7) : latest.root;
      const proof = path.filter((hash) => hash !== undefined);
      const claim = { first: latest.size, second: size, firstRoot, secondRoot: rootHash, path: proof };
      if (latest.size === size && !Buffer.from(firstRoot).equals(Buffer.from(rootHash)))
        return { status: 409, type: "text/x.tlog.size", body: `${latest.size}\n` };
      if (!verifyConsistency(latest.size === 0 ? { ...claim, firstRoot: emptyRoot() } : claim)) return { status: 422 };
      self.latest = { size, root: rootHash };
      const seconds = Math.floor(now() / 1_000);
      const secret = self.mode === "other-key" ? stranger : privateKey;
      const line = formatCosignature(key, seconds, sign(null, cosignedMessage(note.text, seconds), secret));
      return { status: 200, type: "text/plain", body: self.mode === "twice" ? line + line : line };
    }
  }

  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (self.mode === "away") {
        self.requests.push({ old: -1, size: -1, status: 0 });
        return request.socket.destroy();
      }
      const right = request.method === "POST" && request.url === "/w/add-checkpoint";
      const { old, size, status, type, body } = right
        ? await answer(Buffer.concat(chunks).toString("utf8"))
        : { old: -1, size: -1, status: 405, type: undefined, body: undefined };
      self.requests.push({ old, size, status });
      return response.writeHead(status, type === undefined ? {} : { "content-type": type }).end(body);
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const self: TestWitness = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/w/`,
    vkey: formatWitnessKey(key),
    mode: "honest",
    log: undefined,
    latest: { size: 0, root: emptyRoot() },
    requests: [],
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return self;
}

/** The part before the first empty line, and the part after it. */
function split(body: string): [string, string] {
  const blank = body.indexOf("\n\n");
  return [body.slice(0, blank), body.slice(blank + 2)];
}
