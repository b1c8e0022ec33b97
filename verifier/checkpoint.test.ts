import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatCheckpointBody, parseCheckpointBody } from "./checkpoint.ts";

const BODY = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

describe("checkpoint bodies", () => {
  it("read C2SP's example and write it unchanged", () => {
    const body = parseCheckpointBody(BODY);
    expect(body).toMatchObject({ origin: "example.com/behind-the-sofa", size: 20_852_163 });
    expect(body && formatCheckpointBody(body)).toBe(BODY);
  });

  it("are read back unchanged", () => {
    const any = fc.record({
      origin: fc.stringMatching(/^[a-z0-9./-]{1,40}$/),
      size: fc.maxSafeNat(),
      rootHash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    });
    fc.assert(
      fc.property(any, (body) => {
        expect(parseCheckpointBody(formatCheckpointBody(body))).toEqual(body);
      }),
    );
  });

  it("may carry extension lines", () => {
    expect(parseCheckpointBody(`${BODY}something\nelse\n`)?.size).toBe(20_852_163);
  });

  it.each([
    ["a size with a leading zero", BODY.replace("2085", "0208")],
    ["a negative size", BODY.replace("2085", "-2085")],
    ["a size in hex", BODY.replace("20852163", "0x13e2e83")],
    ["a size past 2^53", BODY.replace("20852163", "20852163000000000")],
    ["an empty origin", BODY.replace("example.com/behind-the-sofa", "")],
    ["a root of 31 bytes", BODY.replace(/\n[^\n]+=\n$/, `\n${Buffer.alloc(31).toString("base64")}\n`)],
    ["a root with stray bits", BODY.replace("q2I=", "q2J=")],
    ["no newline at the end", BODY.slice(0, -1)],
    ["an empty extension line", `${BODY}\nmore\n`],
    ["two lines only", "example.com/log\n5\n"],
    ["windows line ends", BODY.replaceAll("\n", "\r\n")],
  ])("are refused with %s", (_, text) => {
    expect(parseCheckpointBody(text)).toBeUndefined();
  });
});
