import { generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  ED25519_WITNESS,
  ML_DSA_WITNESS,
  checkCosignatures,
  cosignedMessage,
  formatCosignature,
  formatWitnessKey,
  parseWitnessKey,
  witnessKey,
} from "./cosignature.ts";
import type { WitnessKey } from "./cosignature.ts";
import { toBase64 } from "./bytes.ts";
import { checkNote, formatSignature, parseNote, verifierKey } from "./note.ts";
import type { Note } from "./note.ts";

interface Signer {
  readonly key: WitnessKey;
  readonly secret: KeyObject;
}

function rawKey(publicKey: KeyObject): Uint8Array {
  return new Uint8Array(publicKey.export({ type: "spki", format: "der" }).subarray(-32));
}

function witness(name: string): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return { key: witnessKey(name, ED25519_WITNESS, rawKey(publicKey)), secret: privateKey };
}

const text = "example.com/log\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
const line = ({ key, secret }: Signer, seconds: number, signed = text): string =>
  formatCosignature(key, seconds, sign(null, cosignedMessage(signed, seconds), secret));

function noted(...lines: readonly string[]): Note {
  const note = parseNote(`${text}\n${lines.join("")}`);
  if (note === undefined) throw new Error("not a note");
  return note;
}

describe("a cosignature", () => {
  const [first, second] = [witness("witness.example/w1"), witness("witness.example/w2")];

  it("verifies with its time, beside signatures of the log and of strangers", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const log = verifierKey("example.com/log", rawKey(publicKey));
    const own = formatSignature(log, sign(null, Buffer.from(text), privateKey));
    const note = noted(own, line(second, 7), line(first, 1_679_315_147));
    expect(await checkCosignatures(note, [first.key])).toEqual([
      { outcome: "verified", key: first.key, seconds: 1_679_315_147 },
    ]);
    expect((await checkNote(note, [log])).outcome).toBe("verified");
  });

  it("signs the bytes of C2SP tlog-cosignature", () => {
    expect(Buffer.from(cosignedMessage(text, 1_679_315_147)).toString()).toBe(
      `cosignature/v1\ntime 1679315147\n${text}`,
    );
  });

  it("is refused over another checkpoint, at another time, or by another key", async () => {
    const other = `${text.replace("\n5\n", "\n6\n")}`;
    const verdicts = await Promise.all(
      [line(first, 9, other), shiftTime(line(first, 9)), line({ ...first, secret: second.secret }, 9)].map((each) =>
        checkCosignatures(noted(each), [first.key]),
      ),
    );
    expect(verdicts.map(([verdict]) => verdict?.outcome)).toEqual(["refused", "refused", "refused"]);
  });

  it("is refused when the witness has two lines", async () => {
    expect(await checkCosignatures(noted(line(first, 1), line(first, 2)), [first.key, second.key])).toEqual([
      { outcome: "refused", key: first.key, problem: "has 2 lines by witness.example/w1" },
    ]);
  });

  it("of ML-DSA-44 is seen and not checked", async () => {
    const key = witnessKey("pq.example", ML_DSA_WITNESS, new Uint8Array(1312).fill(3));
    const signature = Buffer.concat([Buffer.from(key.id, "hex"), Buffer.from("0000000000000011", "hex")]);
    const full = toBase64(Buffer.concat([signature, new Uint8Array(2420)]));
    expect(await checkCosignatures(noted(`— pq.example ${full}\n`), [key])).toEqual([
      { outcome: "unchecked", key, seconds: 17 },
    ]);
    const short = toBase64(Buffer.concat([signature, new Uint8Array(64)]));
    expect((await checkCosignatures(noted(`— pq.example ${short}\n`), [key]))[0]?.outcome).toBe("refused");
  });
});

describe("the key of a witness", () => {
  it("is read back from its own text, of either type", () => {
    for (const key of [witness("a.example/w").key, witnessKey("b", ML_DSA_WITNESS, new Uint8Array(1312))])
      expect(parseWitnessKey(formatWitnessKey(key))).toEqual(key);
  });

  it("is refused with another type, length or id", () => {
    const { key } = witness("a.example/w");
    const log = formatWitnessKey({ ...key, type: 0x01 as 0x04 });
    const short = formatWitnessKey(witnessKey("a", ED25519_WITNESS, new Uint8Array(31)));
    const misnamed = formatWitnessKey(key).replace("a.example", "b.example");
    expect([log, short, misnamed, "a+b", ""].map(parseWitnessKey)).toEqual(Array<undefined>(5).fill(undefined));
  });
});

/** The same line with the time one second later. */
function shiftTime(given: string): string {
  const [, head = "", encoded = ""] = /^(.* )(\S+)\n$/.exec(given) ?? [];
  const bytes = Buffer.from(encoded, "base64");
  bytes.writeBigUInt64BE(bytes.readBigUInt64BE(4) + 1n, 4);
  return `${head}${bytes.toString("base64")}\n`;
}
