import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signCheckpointNote, signingKey, storedEntry, originOf } from "../src/record/evidence/index.ts";
import { parseAddress } from "./addresses.ts";
import { hostLeafHash } from "./host-leaf.ts";
import { toBase64 } from "./bytes.ts";
import { verifierKey } from "./note.ts";
import { createProver } from "./proofs.ts";
import { checkStateProof, stateIn, type StateProof } from "./state-proof.ts";

const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
const texts = [1, 2, 3, 4, 5].map((host) => `10.0.0.${host} 10.0.0.${host}\ntcp open 22,80-90\ntcp closed 443\n`);
const salts = texts.map((_, host) => new Uint8Array(16).fill(host));
const hosts = createProver(texts.map((text, host) => hostLeafHash(salts[host]!, text)));
const states = Buffer.from(hosts.root(5)).toString("hex");
const [from, to] = ["2026-03-14T08:30:00.000Z", "2026-03-14T08:30:04.000Z"];
const run = { probedFrom: from, probedTo: to, states };
const looks = [
  { states: "00".repeat(32), times: [[from, 4_000]] },
  { states, times: [[from, 4_000, 7]] },
];
const entries = [
  storedEntry({ type: "sweep-finished", at: 0, data: { sweep: 0, runs: [run] } }, 0),
  storedEntry({ type: "sweep-finished", at: 0, data: { sweep: 1, runs: [run] } }, 1),
  storedEntry({ type: "looks-recorded", at: 0, data: { vantage: "inside", through: 3, looks } }, 2),
];
const log = createProver(entries.map(({ leafHash }) => leafHash));
const origin = originOf(key);
const trust = { key: verifierKey(origin, key.publicKey) };

const place = (index: number, prover: typeof log) => ({
  index,
  size: prover.size,
  hashes: prover.inclusion(index, prover.size).map(toBase64),
});
const proof: StateProof = {
  endpoint: "tcp/10.0.0.3:85",
  state: "open",
  host: { ...place(2, hosts), text: texts[2]!, salt: toBase64(salts[2]!) },
  run: 0,
  from,
  to,
  entry: { ...place(1, log), body: entries[1]!.body },
  note: signCheckpointNote({ origin, size: 3, rootHash: log.root(3) }, key),
};

describe("a proof of one state", () => {
  it("is followed from the host's text to the signed checkpoint", async () => {
    expect(await checkStateProof(proof, trust)).toEqual({ outcome: "proved", signedBy: trust.key.id });
    const { note: _, ...unsigned } = proof;
    expect(await checkStateProof(unsigned, { rootHash: log.root(3) })).toEqual({
      outcome: "proved",
      signedBy: undefined,
    });
    expect(await checkStateProof(unsigned, {})).toMatchObject({ outcome: "refused" });
  });

  it("is followed from a look without change as well, and refused for a time at which there was none", async () => {
    const look = { ...proof, run: 1, entry: { ...place(2, log), body: entries[2]!.body } };
    expect(await checkStateProof(look, trust)).toMatchObject({ outcome: "proved" });
    for (const change of [{ run: 0 }, { from: to, to: "2026-03-14T08:30:08.000Z" }, { to: from }]) {
      expect(await checkStateProof({ ...look, ...change }, trust)).toMatchObject({ outcome: "refused" });
    }
  });

  it("fits in a few kilobytes and shows no other host", () => {
    const text = JSON.stringify(proof);
    expect(text.length).toBeLessThan(4_000);
    for (const host of [1, 2, 4, 5]) expect(text).not.toContain(`10.0.0.${host}`);
  });

  it.each<[string, Partial<StateProof>]>([
    ["another state", { state: "closed" }],
    ["another endpoint", { endpoint: "tcp/10.0.0.4:85" }],
    ["another text", { host: { ...proof.host, text: texts[2]!.replace("80-90", "80") } }],
    ["a text of another host", { endpoint: "tcp/10.0.0.4:85", host: { ...proof.host, text: texts[3]! } }],
    ["another salt", { host: { ...proof.host, salt: toBase64(salts[1]!) } }],
    ["another place", { host: { ...proof.host, index: 1 } }],
    ["a hash less", { host: { ...proof.host, hashes: proof.host.hashes.slice(1) } }],
    ["another run", { run: 1 }],
    ["another time", { to: "2026-03-14T08:30:05.000Z" }],
    ["another entry", { entry: { ...proof.entry, body: entries[2]!.body } }],
    ["a body changed by a space", { entry: { ...proof.entry, body: `${proof.entry.body} ` } }],
    ["another size", { entry: { ...proof.entry, size: 2 } }],
    ["another checkpoint", { note: signCheckpointNote({ origin, size: 3, rootHash: log.root(2) }, key) }],
    ["a broken note", { note: "no note" }],
  ])("is refused with %s", async (_, change) => {
    expect(await checkStateProof({ ...proof, ...change }, trust)).toMatchObject({ outcome: "refused" });
  });

  it("is refused with the checkpoint of another key", async () => {
    const other = signingKey(generateKeyPairSync("ed25519").privateKey)!;
    const note = signCheckpointNote({ origin, size: 3, rootHash: log.root(3) }, other);
    expect(await checkStateProof({ ...proof, note }, trust)).toMatchObject({ outcome: "refused" });
  });
});

describe("an endpoint in the text of a host state", () => {
  it("is found in a range of silent addresses, of either family", () => {
    const silent = "10.0.0.9 10.0.1.3\ntcp no-response 1-65535\n";
    expect(stateIn(silent, "tcp/10.0.0.255:7")).toBe("no-response");
    expect(stateIn(silent, "tcp/10.0.1.4:7")).toBeUndefined();
    expect(stateIn(silent, "udp/10.0.0.255:7")).toBeUndefined();
    expect(stateIn("2001:db8::1 2001:db8::ff\nudp filtered 53\n", "udp/[2001:db8::a]:53")).toBe("filtered");
    expect(stateIn("2001:db8::1 2001:db8::ff\nudp filtered 53\n", "udp/10.0.0.1:53")).toBeUndefined();
  });

  it("has the value of its address", () => {
    expect(parseAddress("1.2.3.4")).toEqual({ family: 4, value: 0x01020304n });
    expect(parseAddress("::")).toEqual({ family: 6, value: 0n });
    expect(parseAddress("::ffff:1.2.3.4")).toEqual({ family: 6, value: 0xffff01020304n });
    for (const wrong of [
      "",
      "1.2.3",
      "1.2.3.256",
      "01.2.3.4",
      ":::",
      "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "g::",
    ]) {
      expect(parseAddress(wrong), wrong).toBeUndefined();
    }
  });
});
