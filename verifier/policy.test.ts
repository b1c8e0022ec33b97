import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ED25519_WITNESS, cosignedMessage, formatCosignature, formatWitnessKey, witnessKey } from "./cosignature.ts";
import { formatSignature, formatVerifierKey, parseNote, verifierKey } from "./note.ts";
import { checkPolicy, parsePolicy } from "./policy.ts";
import type { Policy } from "./policy.ts";

function pair() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    raw: new Uint8Array(publicKey.export({ type: "spki", format: "der" }).subarray(-32)),
    sign: (message: Uint8Array) => sign(null, message, privateKey),
  };
}

const own = pair();
const log = verifierKey("example.com/log", own.raw);
const witnesses = ["X1", "X2", "X3", "Y1", "Y2"].map((name) => {
  const { raw, sign: signed } = pair();
  return { name, sign: signed, key: witnessKey(`${name.toLowerCase()}.example`, ED25519_WITNESS, raw) };
});
const lines = witnesses.map(({ name, key }) => `witness ${name} ${formatWitnessKey(key)} https://${key.name}/`);
const groups = "group X 2 X1 X2 X3\ngroup Y any Y1 Y2\ngroup both all X Y\nquorum both";
const document = `# who saw it\nlog ${formatVerifierKey(log)}\n\n${lines.join("\n")}\n${groups}\n`;

function read(text: string): Policy {
  const reading = parsePolicy(text);
  if (reading.outcome === "refused") throw new Error(`${reading.line}: ${reading.problem}`);
  return reading.policy;
}

describe("a policy", () => {
  it("names logs, witnesses with their URLs, and the quorum", () => {
    const policy = read(document);
    expect(policy.logs.map(({ key }) => key)).toEqual([log]);
    expect(policy.witnesses[0]).toEqual({ name: "X1", key: witnesses[0]?.key, url: "https://x1.example/" });
    const enough = (...names: string[]): boolean => policy.quorum(new Set(names));
    expect([enough("X1", "X2", "Y2"), enough("X1", "Y1", "Y2"), enough("X1", "X2"), enough()]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it("may need no witness", () => {
    expect(read("quorum none\n").quorum(new Set())).toBe(true);
  });

  it.each([
    ["", 1, "the quorum line is missing"],
    ["quorum X1", 1, "X1 is not defined above"],
    [`${lines[0]}\n${lines[0]}`, 2, "this key is listed twice"],
    [`${lines[0]}\n${lines[1]?.replace("X2", "X1")}`, 2, "the name X1 is already defined"],
    [`${lines[0]}\ngroup g 2 X1`, 2, "a group needs 'all', 'any' or a number of its members"],
    [`${lines[0]}\ngroup g all X1\ngroup h all X1`, 3, "X1 is already a member of a group"],
    [`log ${formatWitnessKey(witnesses[0]?.key ?? witnessKey("", 4, own.raw))}`, 1, "not the key of a log"],
    [`witness w ${formatVerifierKey(log)}`, 1, "not the key of a witness"],
    ["quorum none\nquorum none", 2, "there is a second quorum"],
    ["constructor x", 1, "it begins with none of"],
    ["quorum \u0007", 1, "it has control characters"],
  ])("is refused with its line: %j", (text, line, problem) => {
    expect(parsePolicy(text)).toEqual({ outcome: "refused", line, problem: expect.stringContaining(problem) });
  });

  it("is held against a checkpoint", async () => {
    const text = "example.com/log\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    const cosigned = (names: readonly string[]) =>
      parseNote(
        `${text}\n${formatSignature(log, own.sign(Buffer.from(text)))}${witnesses
          .filter(({ name }) => names.includes(name))
          .map(({ key, sign: by }) => formatCosignature(key, 8, by(cosignedMessage(text, 8))))
          .join("")}`,
      ) ?? { text: "", signatures: [] };
    const policy = read(document);
    const check = await checkPolicy(policy, cosigned(["X1", "X3", "Y1"]));
    expect(check).toMatchObject({ log: true, quorum: true });
    expect(check.cosignatures.map(({ key }) => key.name)).toEqual(["x1.example", "x3.example", "y1.example"]);
    expect(await checkPolicy(policy, cosigned(["X1", "Y1"]))).toMatchObject({ log: true, quorum: false });
    const unsigned = parseNote(cosigned(["X1"]).text.replace("5", "6") + "\n— x AAAAAAAAAA==\n");
    expect(unsigned === undefined ? undefined : await checkPolicy(policy, unsigned)).toMatchObject({ log: false });
  });
});
