import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import {
  ED25519_WITNESS,
  formatVerifierKey,
  formatWitnessKey,
  parsePolicy,
  verifierKey,
  witnessKey,
} from "@portolan/verifier";
import { quorumOf } from "../../../verifier/bundle/quorum.ts";
import { policyLines } from "./policy.ts";

const raw = () =>
  new Uint8Array(generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "der" }).subarray(-32));
const [one = "", two = "", gone = ""] = ["one", "two", "gone"].map((name) =>
  formatWitnessKey(witnessKey(name, ED25519_WITNESS, raw())),
);
const log = formatVerifierKey(verifierKey("portolan/test", raw()));
const OPERATORS = `# ours
log ${log}
witness  w1 ${one} https://one.example/w/
witness two ${two}
group both all w1 two
quorum both
`;

it("carries the operator's witnesses and quorum, and others that cosigned, in a policy that C2SP's readers accept", () => {
  const lines = policyLines([log], [gone, one], OPERATORS);
  expect(lines).toEqual([
    `log ${log}`,
    `witness w1 ${one}`,
    `witness two ${two}`,
    "group both all w1 two",
    `witness w2 ${gone}`,
    "quorum both",
  ]);
  const read = parsePolicy(lines.join("\n"));
  const quorum = quorumOf(lines.join("\n"));
  expect(quorum.name).toBe("both");
  for (const [keys, names] of [
    [[one], ["w1"]],
    [
      [one, gone],
      ["w1", "w2"],
    ],
    [
      [one, two],
      ["w1", "two"],
    ],
  ] as const) {
    const isMet = read.outcome === "read" && read.policy.quorum(new Set(names));
    expect([keys.length, quorum.isMet(new Set(keys))]).toEqual([keys.length, isMet]);
  }
  expect(policyLines([log], [], undefined)).toEqual([`log ${log}`, "quorum none"]);
  expect(quorumOf(`group some 1 a b\nquorum some`).isMet(new Set([one]))).toBe(false);
});
