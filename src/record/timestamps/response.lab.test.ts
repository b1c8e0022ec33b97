// @module-tag long
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  OTHER_POLICY,
  POLICY,
  makeAuthority,
  type SignerKind,
  type TestAuthority,
} from "../../../test/timestamp-authority.ts";
import { certificatesIn } from "./chain.ts";
import { imprintOf, timestampRequest } from "./request.ts";
import { checkTimestamp, type Expected } from "./response.ts";

const note = "portolan/log\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— portolan/log AAAAAAAAAA==\n";
const imprint = imprintOf(note);

let authority: TestAuthority;
let stranger: TestAuthority;

beforeAll(async () => {
  authority = await makeAuthority();
  stranger = await makeAuthority("Other CA");
});

afterAll(async () => {
  await authority.remove();
  await stranger.remove();
});

interface Asked {
  readonly from?: TestAuthority;
  readonly kind?: SignerKind;
  readonly policy?: string;
  readonly nonce?: Uint8Array;
}

async function ask({ from = authority, kind = "good", policy, nonce = randomBytes(16) }: Asked = {}) {
  const reply = await from.reply(timestampRequest({ imprint, nonce, policy }), kind);
  const expected: Expected = { imprint, nonce, policy, authorities: certificatesIn(authority.ca) ?? [] };
  return { reply, expected };
}

async function problemOf(asked: Asked): Promise<string> {
  const { reply, expected } = await ask(asked);
  const check = checkTimestamp(reply, expected);
  return check.outcome === "refused" ? check.problem : "none";
}

describe("a timestamp response", () => {
  it("holds, with the time, the authority and the end of its chain", async () => {
    const before = Date.now();
    const { reply, expected } = await ask();
    const check = checkTimestamp(reply, expected);
    expect(check).toMatchObject({
      outcome: "holds",
      timestamp: { authority: "TSA good", policy: POLICY, trusted: true },
    });
    if (check.outcome === "refused") return;
    const { at, until } = check.timestamp;
    // The authority's time has whole seconds.
    expect(at).toBeGreaterThan(before - 2_000);
    expect(at).toBeLessThanOrEqual(Date.now());
    expect(until - at).toBeGreaterThan(29 * 86_400_000);
  });

  it("holds with an RSA key, a subordinate authority, a policy of its own, and any nonce", async () => {
    for (const asked of [
      { kind: "rsa" },
      { kind: "subordinate" },
      { policy: OTHER_POLICY },
      { nonce: Uint8Array.of(0, 0, 0xff, 1) },
      { nonce: new Uint8Array(8) },
    ] as const)
      expect(await problemOf(asked)).toBe("none");
  });

  it("holds for openssl over the file of the note", async () => {
    const { reply } = await ask();
    const [response, data] = ["note.tsr", "note.txt"].map((name) => join(authority.folder, name));
    await writeFile(response ?? "", reply);
    await writeFile(data ?? "", note);
    const { stdout } = await promisify(execFile)("openssl", [
      "ts",
      "-verify",
      "-data",
      data ?? "",
      "-in",
      response ?? "",
      "-CAfile",
      authority.caFile,
    ]);
    expect(stdout).toContain("Verification: OK");
  });

  it.each<[Asked, string]>([
    [{ kind: "eku-not-critical" }, "TSA eku-not-critical does not mark its extended key usage as critical"],
    [{ kind: "eku-of-a-server" }, "TSA eku-of-a-server is not a certificate for timestamps"],
    [{ kind: "two-purposes" }, "TSA two-purposes serves other purposes"],
    [{ kind: "expired" }, "was not valid at the time it states"],
    [{ policy: "1.2.3.4" }, "the authority refused: status 2"],
  ])("is refused: %j", async (asked, problem) => {
    const { reply, expected } = await ask(asked);
    const check = checkTimestamp(reply, expected);
    expect(check).toEqual({ outcome: "refused", problem: expect.stringContaining(problem) });
  });

  it("is refused from another authority", async () => {
    expect(await problemOf({ from: stranger })).toBe("TSA good was not issued by the configured authority");
  });

  it("is refused for another note, another request and another policy", async () => {
    const { reply, expected } = await ask();
    const problem = (changed: Partial<Expected>): unknown => checkTimestamp(reply, { ...expected, ...changed });
    expect(problem({ imprint: imprintOf(`${note}x`) })).toMatchObject({
      problem: "it is of something else than this checkpoint (imprint)",
    });
    expect(problem({ nonce: randomBytes(16) })).toMatchObject({ problem: "it answers another request (nonce)" });
    expect(problem({ policy: OTHER_POLICY })).toMatchObject({ outcome: "refused" });
  });

  it("states the same or is refused when a single byte is changed", async () => {
    const { reply, expected } = await ask();
    const sound = checkTimestamp(reply, expected);
    for (let place = 0; place < reply.length; place += 1) {
      const changed = Buffer.from(reply);
      changed[place] = (changed[place] ?? 0) ^ 0x01;
      const check = checkTimestamp(changed, expected);
      // Some lengths, and parts that nothing reads, are outside of the signature.
      if (check.outcome === "holds") expect(check, `byte ${place}`).toEqual(sound);
    }
  });

  it("is refused when it is cut short or something else", async () => {
    const { reply, expected } = await ask();
    for (const text of [
      reply.subarray(0, 40),
      reply.subarray(0, -1),
      Buffer.from("<h1>It works</h1>"),
      Buffer.alloc(0),
    ])
      expect(checkTimestamp(text, expected)).toEqual({
        outcome: "refused",
        problem: "it is not a timestamp response (RFC 3161)",
      });
  });

  it("is not trusted without a configured authority", async () => {
    const { reply, expected } = await ask({ from: stranger });
    expect(checkTimestamp(reply, { ...expected, authorities: [] })).toMatchObject({
      outcome: "holds",
      timestamp: { trusted: false },
    });
  });
});
