import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkNote, formatVerifierKey, isKeyName, parseNote, parseVerifierKey } from "./note.ts";
import type { VerifierKey } from "./note.ts";

/** Test data of Go's golang.org/x/mod/sumdb/note. */
const PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const ENOCH_KEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER_LINE =
  "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ENOCH_LINE =
  "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

function key(text: string): VerifierKey {
  const found = parseVerifierKey(text);
  if (found === undefined) throw new Error(`not a key: ${text}`);
  return found;
}

async function outcome(note: string, ...keys: string[]): Promise<string> {
  const parsed = parseNote(note);
  return parsed === undefined ? "malformed" : (await checkNote(parsed, keys.map(key))).outcome;
}

describe("verifier keys", () => {
  it("have the published key id, and are written as they were read", () => {
    expect(formatVerifierKey(key(PETER_KEY))).toBe(PETER_KEY);
    expect(key(ENOCH_KEY).id).toBe("af0cfe78");
  });

  it("are refused when any part or byte differs", () => {
    for (let index = 0; index < PETER_KEY.length; index += 1) {
      const next = String.fromCharCode(PETER_KEY.charCodeAt(index) + 1);
      expect(parseVerifierKey(PETER_KEY.slice(0, index) + next + PETER_KEY.slice(index + 1))).toBeUndefined();
      expect(parseVerifierKey(PETER_KEY.slice(0, index))).toBeUndefined();
      if (index > 0) expect(parseVerifierKey(PETER_KEY.slice(index))).toBeUndefined();
    }
    // A key of the wrong length and one of an unknown algorithm, both with a fitting id.
    expect(
      parseVerifierKey("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="),
    ).toBeUndefined();
    expect(parseVerifierKey("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")).toBeUndefined();
  });

  it("have names without spaces of any script, plus signs or control characters", () => {
    expect(isKeyName("example.com/behind-the-sofa")).toBe(true);
    for (const name of ["", "a b", "a+b", "a\tb", "a\u00a0b", "a\u2003b", "a\u0085b", "a\u0000b", "\ud800"]) {
      expect(isKeyName(name)).toBe(false);
    }
  });
});

describe("signed notes", () => {
  it("verify with the key of the published example", async () => {
    expect(await outcome(`${TEXT}\n${PETER_LINE}`, PETER_KEY)).toBe("verified");
    expect(parseNote(`${TEXT}\n${PETER_LINE}`)?.text).toBe(TEXT);
  });

  it("verify by any known key and pass over the others", async () => {
    expect(await outcome(`${TEXT}\n${PETER_LINE}${ENOCH_LINE}`, ENOCH_KEY)).toBe("verified");
    expect(await outcome(`${TEXT}\n${PETER_LINE}`, ENOCH_KEY)).toBe("unknown-keys");
    expect(await outcome(`${TEXT}\n${PETER_LINE}`)).toBe("unknown-keys");
  });

  it("are condemned by a second line of a known key", async () => {
    expect(await outcome(`${TEXT}\n${PETER_LINE}${PETER_LINE}`, PETER_KEY)).toBe("repeated-signature");
    expect(await outcome(`${TEXT}\n${PETER_LINE}${ENOCH_LINE}${ENOCH_LINE}`, PETER_KEY)).toBe("verified");
  });

  it("are condemned by one bad signature of a known key, even beside a good one", async () => {
    const forged = PETER_LINE.replace("ZJku", "ZJkv");
    expect(await outcome(`${TEXT}\n${forged}${ENOCH_LINE}`, PETER_KEY, ENOCH_KEY)).toBe("bad-signature");
    expect(await outcome(`${TEXT}\n${forged}${ENOCH_LINE}`, ENOCH_KEY)).toBe("verified");
    expect(await outcome(`${TEXT.replace("you", "we")}\n${PETER_LINE}`, PETER_KEY)).toBe("bad-signature");
  });

  it("verify for a tree head that sum.golang.org published (quoted by C2SP tlog-checkpoint under another name)", async () => {
    const note =
      "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n" +
      "— sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
    expect(await outcome(note, "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")).toBe(
      "verified",
    );
  });

  it.each([
    ["no signature", TEXT],
    ["an empty list of signatures", `${TEXT}\n`],
    ["no newline at the end", `${TEXT}\n${PETER_LINE.slice(0, -1)}`],
    ["no blank line", `${TEXT}${PETER_LINE}`],
    ["a control character", `\u0001${TEXT}\n${PETER_LINE}`],
    ["a carriage return", `${TEXT.replace("\n", "\r\n")}\n${PETER_LINE}`],
    ["text that is not Unicode", `\ud800${TEXT}\n${PETER_LINE}`],
    ["a name with a space", `${TEXT}\n${PETER_LINE.replace("PeterNeumann", "Peter Neumann")}`],
    ["a name with a plus", `${TEXT}\n${PETER_LINE.replace("PeterNeumann", "Peter+Neumann")}`],
    ["a line that is not a signature", `${TEXT}\n${PETER_LINE}Unexpected line.\n`],
    ["a hyphen for the dash", `${TEXT}\n${PETER_LINE.replace("—", "-")}`],
    ["base64 with stray bits", `${TEXT}\n${PETER_LINE.replace("nAM=", "nAN=")}`],
    ["base64 without padding", `${TEXT}\n${PETER_LINE.replace("nAM=", "nAM")}`],
    ["a key id and nothing after it", `${TEXT}\n— PeterNeumann x08gow==\n`],
    ["more signatures than anybody needs", `${TEXT}\n${PETER_LINE.repeat(65)}`],
  ])("are malformed with %s", async (_, note) => {
    expect(await outcome(note, PETER_KEY)).toBe("malformed");
  });

  it("take sixteen signatures, as the specification requires", async () => {
    expect(await outcome(`${TEXT}\n${ENOCH_LINE.repeat(15)}${PETER_LINE}`, PETER_KEY)).toBe("verified");
  });

  it("never verify after any byte of the text was changed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(TEXT.length - 1), fc.string({ minLength: 1, maxLength: 1 }), async (place, character) => {
        fc.pre(TEXT[place] !== character);
        const changed = TEXT.slice(0, place) + character + TEXT.slice(place + 1);
        expect(await outcome(`${changed}\n${PETER_LINE}`, PETER_KEY)).not.toBe("verified");
      }),
    );
  });
});
