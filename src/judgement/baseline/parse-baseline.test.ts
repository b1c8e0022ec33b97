import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault, type AuthorizedPort } from "../../model/index.ts";
import { baselineDigest } from "./digest.ts";
import { baselineJsonSchema } from "./document-schema.ts";
import { formatBaseline } from "./format-baseline.ts";
import { parseBaseline } from "./parse-baseline.ts";

const parse = (text: string, requireComplete = false): AuthorizedPort[] =>
  parseBaseline(text, "ports.yaml", { requireComplete });
function faultOf(text: string, requireComplete = false): Fault {
  try {
    parse(text, requireComplete);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("the document was accepted");
}

describe("a port baseline document", () => {
  it("is read with its defaults", () => {
    const text = [
      "version: 1",
      "authorizedPorts:",
      "  - asset: web-1",
      "    port: 443",
      "    owner: team-web",
      "    justification: |",
      "      public",
      "      web shop",
      "  - { tag: pci, cidr: 10.0.0.0/24, port: 8000-8010, transport: udp, service: quic, owner:, controls: [WAF],",
      "      presence: optional, exposure: [inside], expires: 2027-01-01 }",
    ].join("\n");
    expect(parse(text)).toEqual([
      {
        selector: { asset: "web-1" },
        transport: "tcp",
        ports: [443, 443],
        owner: "team-web",
        justification: "public web shop",
        controls: [],
        presence: "expected",
      },
      {
        selector: { tag: "pci", cidr: "10.0.0.0/24" },
        transport: "udp",
        ports: [8000, 8010],
        service: "quic",
        owner: "",
        justification: "",
        controls: ["WAF"],
        presence: "optional",
        exposure: ["inside"],
        expires: Date.UTC(2027, 0, 1),
      },
    ]);
  });

  it("may authorize nothing", () => {
    expect(parse("version: 1\nauthorizedPorts: []\n", true)).toEqual([]);
    expect(parse("version: 1\nauthorizedPorts:\n", true)).toEqual([]);
  });

  it.each<[string, string, string]>([
    ["port: 70000", "3:23", "port 70000 is not in 1 to 65535"],
    ["port: 0", "3:23", "port 0 is not in 1 to 65535"],
    ['port: "-"', "3:23", "not a port"],
    ["port: 1.5", "3:23", "not a port"],
    ["port: 9-3", "3:23", "the range 9-3 is reversed; write 3-9"],
    ["port: 1-65536", "3:23", "port 65536 is not in 1 to 65535"],
    ["port: 80, onwer: me", "3:27", 'unknown key "onwer"; did you mean "owner"?'],
    ["port: 80, transport: tpc", "3:38", 'did you mean "tcp"?'],
    ["port: 80, cidr: web.example", "3:33", "write an address, a CIDR block"],
    ["port: 80, cidr: 10.0.0.1/24", "3:33", "host bits"],
    ["port: 80, cidr: this-machine", "3:33", "not a block of addresses"],
    ["port: 80, expires: 2026-02-30", "3:36", "write a date"],
    ["port: 80, exposure: []", "3:37", "the list is empty"],
    ['port: 80, tag: ""', "3:32", "it is empty"],
    ['port: 80, owner: "\\e[2J"', "3:34", "control or invisible characters"],
  ])("refuses { asset: a, %s } at %s", (fields, position, message) => {
    const fault = faultOf(`version: 1\nauthorizedPorts:\n  - { asset: a, ${fields} }`);
    expect(fault.code).toBe("config-invalid");
    expect(fault.message).toContain(message);
    expect(fault.place).toBe(`ports.yaml:${position}`);
  });

  it("requires a selector for each entry, and refuses duplicates", () => {
    expect(faultOf("version: 1\nauthorizedPorts:\n  - port: 80").message).toBe(
      "ports.yaml:3:5: authorizedPorts[0]: it does not say which assets it is for; add asset, tag, systemType or cidr",
    );
    const twice =
      "version: 1\nauthorizedPorts:\n  - { asset: a, port: 80 }\n  - { port: 80-80, transport: tcp, asset: a }";
    expect(faultOf(twice).message).toBe(
      "ports.yaml:4:5: authorizedPorts[1]: the same assets and port as authorizedPorts[0]; keep one of the two",
    );
    expect(parse(twice.replace("transport: tcp", "transport: udp"))).toHaveLength(2);
    expect(parse(twice.replace("transport: tcp", "exposure: [outside]"))).toHaveLength(2);
  });

  it("lists every incomplete entry with its place and what to write", () => {
    const entries = Array.from(
      { length: 250 },
      (_, index) => `  - asset: a${index}\n    port: 80\n    owner: me\n    justification:\n`,
    );
    const fault = faultOf(`version: 1\nauthorizedPorts:\n${entries.join("")}  - { asset: b, port: 81 }\n`, true);
    expect(fault.code).toBe("conflict");
    const lines = fault.message.split("\n");
    expect(lines).toHaveLength(251);
    expect(lines[0]).toBe(
      "ports.yaml:6:5: authorizedPorts[0].justification: justification is not written; write why it has to be open, or remove the entry",
    );
    expect(lines[249]).toMatch(/^ports\.yaml:1002:5: authorizedPorts\[249\]/);
    expect(lines[250]).toMatch(
      /^ports\.yaml:1003:5: .*owner and justification are not written; write who answers for the port and why/,
    );
    expect(fault.place).toBe("ports.yaml:6:5");
    expect(fault.next).toContain("Nothing was approved");
  });

  it.each(["", "null", "'  '", "TODO", "tbd", "'-'", "'?'", "...", "N/A", "xxx"])(
    "takes %s for not written",
    (owner) => {
      const text = `version: 1\nauthorizedPorts:\n  - asset: a\n    port: 80\n    justification: web shop\n    owner: ${owner}\n`;
      expect(faultOf(text, true).message).toContain("ports.yaml:6:5: authorizedPorts[0].owner: owner is not written");
      expect(parse(text)).toHaveLength(1);
    },
  );

  it("accepts real names and reasons", () => {
    const text =
      "version: 1\nauthorizedPorts:\n  - { asset: a, port: 80, owner: X, justification: Todo list service }\n";
    expect(parse(text, true)).toHaveLength(1);
  });
});

const hostile = fc.constantFrom(
  "a \"quoted\" 'name'",
  "# no comment",
  "yes",
  "null",
  "1.0",
  "- item",
  "{a: b}",
  "key: value",
  "*alias &anchor !tag",
  "%TAG",
  "back\\slash",
  "2026-01-01",
  "ends with: ",
  "`tick` $(id)",
  "ünï 漢字",
  "x".repeat(150),
);
const text = fc.oneof(
  hostile,
  fc.stringMatching(/^[!-~][ -~]{0,40}[!-~]$/).map((each) => each.replace(/ +/g, " ")),
);
const authorizedPort = fc
  .record(
    {
      selector: fc.oneof(
        fc.record({ asset: text }),
        fc.record({ tag: text, systemType: text }),
        fc.record({ cidr: fc.constantFrom("10.0.0.0/8", "2001:db8::/32", "::1", "10.0.0.1-10.0.0.9") }),
      ),
      transport: fc.constantFrom("tcp" as const, "udp" as const),
      ports: fc
        .tuple(fc.integer({ min: 1, max: 65_535 }), fc.nat(100))
        .map(([first, more]): [number, number] => [first, Math.min(first + more, 65_535)]),
      service: text,
      owner: fc.oneof(text, fc.constant("")).map((each) => each.trim()),
      justification: fc.oneof(text, fc.constant("")).map((each) => each.trim()),
      controls: fc.array(
        text.map((each) => each.trim()),
        { maxLength: 3 },
      ),
      presence: fc.constantFrom("expected" as const, "optional" as const),
      exposure: fc.array(text, { minLength: 1, maxLength: 3 }),
      expires: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    },
    { requiredKeys: ["selector", "transport", "ports", "owner", "justification", "controls", "presence"] },
  )
  .map((port): AuthorizedPort => port);

describe("writing a port baseline", () => {
  it("writes a document that reads back unchanged, for any texts", { tags: ["long"] }, () => {
    const ports = fc.uniqueArray(authorizedPort, {
      maxLength: 5,
      selector: ({ selector, ports }) => JSON.stringify([selector, ports]),
    });
    fc.assert(
      fc.property(ports, fc.string(), (some, header) => {
        const back = parse(formatBaseline(some, header));
        expect(back).toEqual(some);
        expect(baselineDigest(back)).toBe(baselineDigest(some));
      }),
    );
  });

  it("does not let a comment end early or hide", () => {
    const written = formatBaseline([], "one\r\ntwo\u2028three\u001b[2J\u202e\nauthorizedPorts: [evil]");
    expect(written).not.toMatch(/[\u2028\u001b\u202e\r]/);
    expect(parse(written)).toEqual([]);
  });
});

describe("the digest", () => {
  it("is SHA-256 of the RFC 8785 form, whatever the order of the keys", () => {
    expect(baselineDigest([])).toBe("4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945");
    const [port] = parse("version: 1\nauthorizedPorts:\n  - { asset: a, port: 80, owner: o, justification: j }");
    const reversed = Object.fromEntries(Object.entries(port!).toReversed()) as unknown as AuthorizedPort;
    expect(baselineDigest([reversed])).toBe(baselineDigest([port!]));
    expect(baselineDigest([{ ...port!, owner: "p" }])).not.toBe(baselineDigest([port!]));
  });
});

describe("the JSON Schema", () => {
  it("is the one in docs", () => {
    const file = new URL("../../../generated/port-baseline.schema.json", import.meta.url);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(baselineJsonSchema());
  });
});
