import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  canonicalText,
  createProver,
  formatCheckpointBody,
  formatHandover,
  formatSignature,
  keyFingerprint,
  textLeafHash,
  toBase64,
  verifierKey,
} from "./index.ts";
import { verifyHeld, type LogSource } from "./held.ts";

const ORIGIN = "portolan/0011223344556677";

function pair() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const key = verifierKey(
    ORIGIN,
    new Uint8Array(Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url")),
  );
  return { key, line: (text: string) => formatSignature(key, sign(null, Buffer.from(text), privateKey)) };
}
type Pair = ReturnType<typeof pair>;

const own = pair();
const entry = (index: number, type: string, data: object): string =>
  canonicalText({ at: "2026-03-14T09:00:00.000Z", data, index, type }) ?? "";

function bodiesOf(count: number, by: Pair = own): string[] {
  const data = { keyId: by.key.id, origin: ORIGIN, publicKey: toBase64(by.key.publicKey) };
  return Array.from({ length: count }, (_, index) =>
    index === 0 ? entry(0, "log-created", data) : entry(index, "sweep-started", { sweep: index }),
  );
}

function checkpointOf(bodies: readonly string[], size: number, by: Pair = own): string {
  const prover = createProver(bodies.map(textLeafHash));
  const text = formatCheckpointBody({ origin: ORIGIN, size, rootHash: prover.root(size) });
  return `${text}\n${by.line(text)}`;
}

/** A server with these entries, whose latest checkpoint is over all of them. */
function serverOf(bodies: readonly string[], by: Pair = own, rotations: number[] = []): LogSource {
  const prover = createProver(bodies.map(textLeafHash));
  return {
    entry: (index) =>
      Promise.resolve({
        body: bodies[index] ?? "",
        size: bodies.length,
        hashes: prover.inclusion(index, bodies.length).map(toBase64),
        note: checkpointOf(bodies, bodies.length, by),
      }),
    rotations: () => Promise.resolve(rotations),
    consistency: (first, second) => Promise.resolve(prover.consistency(first, second).map(toBase64)),
  };
}

describe("a checkpoint kept elsewhere, compared with the log of a server", () => {
  const bodies = bodiesOf(23);
  const fingerprint = keyFingerprint(own.key.publicKey);

  it("holds at every size, and says that the key is not confirmed until a fingerprint is given", async () => {
    for (const size of [1, 2, 7, 8, 16, 22, 23]) {
      const report = await verifyHeld(serverOf(bodies), { note: checkpointOf(bodies, size) });
      expect(report).toMatchObject({ verdict: "holds", key: "not confirmed", problems: [], held: { size } });
      expect(report.unchecked.join(" ")).toMatch(/fingerprint/);
    }
    const confirmed = await verifyHeld(serverOf(bodies), { note: checkpointOf(bodies, 7), fingerprint });
    expect(confirmed).toMatchObject({ verdict: "holds", key: "confirmed" });
    expect(confirmed.checked).toHaveLength(4);
  });

  it("takes a note that lost its last line feed, or has CRLF", async () => {
    const note = checkpointOf(bodies, 9).trimEnd().replaceAll("\n", "\r\n");
    expect((await verifyHeld(serverOf(bodies), { note })).verdict).toBe("holds");
  });

  it("is broken for a log with another entry under it, even if the server signs that again", async () => {
    const altered = bodies.with(3, entry(3, "sweep-started", { sweep: 99 }));
    const report = await verifyHeld(serverOf(altered), { note: checkpointOf(bodies, 9), fingerprint });
    expect(report).toMatchObject({ verdict: "broken", problems: [expect.stringMatching(/another history/)] });
    const same = await verifyHeld(serverOf(altered), { note: checkpointOf(bodies, 23) });
    expect(same.verdict).toBe("broken");
  });

  it("is broken for a log that ends before it", async () => {
    const report = await verifyHeld(serverOf(bodies.slice(0, 5)), { note: checkpointOf(bodies, 9) });
    expect(report.problems).toEqual([expect.stringMatching(/fewer than the 9/)]);
  });

  it("is broken for another key, and for a fingerprint of another key", async () => {
    const other = pair();
    const forged = await verifyHeld(serverOf(bodiesOf(23, other), other), { note: checkpointOf(bodies, 9) });
    expect(forged.verdict).toBe("broken");
    const another = await verifyHeld(serverOf(bodies), { note: checkpointOf(bodies, 9), fingerprint: "00".repeat(32) });
    expect(another).toMatchObject({ verdict: "broken", key: "another" });
  });

  it("is broken for entry 0 that is not in the signed tree, and for a forged consistency proof", async () => {
    const honest = serverOf(bodies);
    const lying: LogSource = { ...honest, entry: async (index) => ({ ...(await honest.entry(index)), hashes: [] }) };
    expect((await verifyHeld(lying, { note: checkpointOf(bodies, 9) })).problems[0]).toMatch(/Entry 0/);
    const empty: LogSource = { ...honest, consistency: () => Promise.resolve([]) };
    expect((await verifyHeld(empty, { note: checkpointOf(bodies, 9) })).verdict).toBe("broken");
  });

  it("is refused for a text that is not a checkpoint", async () => {
    expect((await verifyHeld(serverOf(bodies), { note: "portolan/x\n7\n" })).problems[0]).toMatch(/not a signed/);
  });

  it("follows the log to the key that it was handed over to", async () => {
    const next = pair();
    const before = bodies.slice(0, 12);
    const prover = createProver(before.map(textLeafHash));
    const over = formatHandover({ origin: ORIGIN, size: 12, rootHash: prover.root(12) }, next.key);
    const rotated = [
      ...before,
      entry(12, "key-rotated", {
        keyId: next.key.id,
        note: `${over}\n${own.line(over)}${next.line(over)}`,
        previousKeyId: own.key.id,
        publicKey: toBase64(next.key.publicKey),
      }),
      entry(13, "sweep-started", { sweep: 13 }),
    ];
    const report = await verifyHeld(serverOf(rotated, next, [12]), { note: checkpointOf(rotated, 9), fingerprint });
    expect(report).toMatchObject({ verdict: "holds", key: "confirmed" });
    expect(report.fingerprints).toHaveLength(2);
    const hidden = await verifyHeld(serverOf(rotated, next), { note: checkpointOf(rotated, 9) });
    expect(hidden.verdict).toBe("broken");
  });
});
