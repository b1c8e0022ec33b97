import { describe, expect, test } from "vitest";
import { Fault, type Scope } from "../model/index.ts";
import { scopeJsonSchema } from "./config-schema.ts";
import { parseScope, scopeDigest } from "./parse-scope.ts";

const HEAD = "version: 1\nname: lab\nsystemTypes:\n  host: { cadence: 1h }\n";

function noFiles(path: string): string {
  throw new Fault("config-invalid", `${path} does not exist`, { next: "Create it." });
}

function parse(text: string, files: Record<string, string> = {}): Scope {
  return parseScope(text, "etc/portolan.yaml", (path) => files[path] ?? noFiles(path));
}

/** Reads a scope with these targets, in flow style, and whatever follows them. */
function withTargets(targets: string, rest = "", files: Record<string, string> = {}): Scope {
  return parse(`${HEAD}targets: [${targets}]\n${rest}`, files);
}

function problems(text: string, files?: Record<string, string>): string[] {
  try {
    parse(text, files);
  } catch (error) {
    if (error instanceof Fault && error.code === "config-invalid") return error.message.split("\n");
    throw error;
  }
  throw new Error("nothing was wrong");
}

/** Problems of the document that begins with HEAD and has this as its line 5 and following. */
function problemsBelow(text: string, files?: Record<string, string>): string[] {
  return problems(`${HEAD}${text}`, files);
}

describe("a scope", () => {
  test("has every default filled in", () => {
    expect(withTargets("{ addresses: [10.0.0.0/24], systemType: host }")).toEqual({
      name: "lab",
      vantage: "inside",
      limits: { rate: 1000, perHostRate: 1000 },
      systemTypes: [{ name: "host", cadence: 3_600_000, staleness: 7_200_000, criticality: "normal", ports: "-" }],
      targets: [
        { name: "10.0.0.0/24", addresses: ["10.0.0.0/24"], systemType: "host", tags: [], undeclared: "report" },
      ],
      assets: [],
      exclusions: [],
      authorizations: [],
    });
  });

  test("keeps what is written", () => {
    const scope = parse(`version: 1
name: payment platform
vantage: outside
limits: { rate: 50, perHostRate: 5 }
systemTypes:
  web-server: { cadence: 15m, staleness: 45m, criticality: critical, ports: 443 }
targets:
  - name: dmz
    addresses: [10.77.0.0/24]
    systemType: web-server
    segment: dmz
    environment: production
    owner: team-web
    tags: [pci]
    undeclared: allow
exclusions:
  - { addresses: [10.77.0.9, this-machine], reason: printer that crashes when scanned }
authorizations:
  - { reference: SEC-123, grantedBy: Jane Doe, from: 2026-01-01, until: "2026-12-31T12:00:00+02:00", addresses: [198.51.100.0/24] }
`);
    expect(scope).toMatchObject({
      vantage: "outside",
      limits: { rate: 50, perHostRate: 5 },
      systemTypes: [
        { name: "web-server", cadence: 900_000, staleness: 2_700_000, criticality: "critical", ports: "443" },
      ],
      targets: [
        {
          name: "dmz",
          segment: "dmz",
          environment: "production",
          owner: "team-web",
          tags: ["pci"],
          undeclared: "allow",
        },
      ],
      exclusions: [{ addresses: ["10.77.0.9", "this-machine"], reason: "printer that crashes when scanned" }],
      authorizations: [
        {
          reference: "SEC-123",
          grantedBy: "Jane Doe",
          from: Date.UTC(2026, 0, 1),
          until: Date.UTC(2026, 11, 31, 10),
          addresses: ["198.51.100.0/24"],
        },
      ],
    });
  });

  test("its digest follows its meaning: not comments, layout or the order of keys", () => {
    const one = withTargets("{ addresses: [10.0.0.1], systemType: host }");
    const two = parse(
      `# a comment\nname: lab\nversion: 1\ntargets:\n  - systemType: host\n    addresses:\n      - 10.0.0.1\nsystemTypes: { host: { cadence: 60m, ports: "-" } }\n`,
    );
    expect(scopeDigest(two)).toBe(scopeDigest(one));
    expect(scopeDigest(one)).toMatch(/^[0-9a-f]{64}$/);
    expect(scopeDigest(withTargets("{ addresses: [10.0.0.2], systemType: host }"))).not.toBe(scopeDigest(one));
    expect(scopeDigest(JSON.parse(JSON.stringify(one)) as Scope)).toBe(scopeDigest(one));
  });
});

describe("assets", () => {
  test("a target of one host is an asset under its own name, with what the target says of it", () => {
    const { assets, targets } = withTargets(
      "{ name: db, addresses: [10.0.0.1], systemType: host, owner: team-db, tags: [pci], segment: core, environment: test }",
    );
    expect(assets).toEqual([
      {
        name: "db",
        addresses: ["10.0.0.1"],
        systemType: "host",
        owner: "team-db",
        segment: "core",
        environment: "test",
        tags: ["pci"],
      },
    ]);
    expect(targets[0]?.undeclared).toBe("allow");
  });

  test.each([
    ["[web.example]", ["front"]],
    ["[this-machine]", ["front"]],
    ["[10.0.0.7/32]", ["front"]],
    ["[10.0.0.7-10.0.0.7]", ["front"]],
    ["[10.0.0.1, 10.0.0.2]", ["10.0.0.1", "10.0.0.2"]],
    ["[Web.Example, this-machine]", ["web.example", "this-machine"]],
    ["[10.0.0.0/24]", []],
    ["[10.0.0.0/24, 10.0.1.1]", ["10.0.1.1"]],
    ["[10.0.0.1, 10.0.0.1]", ["10.0.0.1"]],
  ])("target front with %s implies %j", (addresses, names) => {
    expect(
      withTargets(`{ name: front, addresses: ${addresses}, systemType: host }`).assets.map(({ name }) => name),
    ).toEqual(names);
  });

  test("one that is declared takes what it does not say from the first target that holds it", () => {
    const scope = withTargets(
      "{ name: lan, addresses: [10.0.0.0/16], systemType: host, owner: it, tags: [lan, pci] }, { name: dmz, addresses: [10.0.5.0/24], systemType: host, owner: web }",
      "assets: [{ name: a, addresses: [10.0.5.1], tags: [pci, front] }, { name: b, addresses: [10.0.5.2], owner: team-b, systemType: host }]",
    );
    expect(scope.assets).toEqual([
      { name: "a", addresses: ["10.0.5.1"], systemType: "host", owner: "it", tags: ["lan", "pci", "front"] },
      { name: "b", addresses: ["10.0.5.2"], systemType: "host", owner: "team-b", tags: ["lan", "pci"] },
    ]);
  });

  test("one that is declared is not implied again, whatever way its address is written", () => {
    const scope = withTargets(
      "{ name: t, addresses: [10.0.0.1, web.example], systemType: host }",
      'assets: [{ name: db, addresses: ["::ffff:10.0.0.1"] }, { name: web, addresses: [WEB.example] }]',
    );
    expect(scope.assets.map(({ name }) => name)).toEqual(["db", "web"]);
  });

  test("one may carry the name of the target that is the same host", () => {
    const scope = withTargets(
      "{ name: db, addresses: [10.0.0.1], systemType: host }",
      "assets: [{ name: db, addresses: [10.0.0.1], tags: [pci] }]",
    );
    expect(scope.assets).toEqual([{ name: "db", addresses: ["10.0.0.1"], systemType: "host", tags: ["pci"] }]);
  });
});

describe("list files", () => {
  test("are read beside the scope and take the place of their reference", () => {
    const files = {
      "etc/lists/hosts.txt":
        "# header\r\n10.0.0.1 # db\r\n\r\n  10.0.1.0/24\n2001:db8::1#not-a-comment-but-wrong\n".replace(
          "2001:db8::1#not-a-comment-but-wrong\n",
          "Web.Example\n",
        ),
    };
    const scope = withTargets(
      '{ name: t, addresses: [this-machine, "file:lists/hosts.txt"], systemType: host }',
      "",
      files,
    );
    expect(scope.targets[0]?.addresses).toEqual(["this-machine", "10.0.0.1", "10.0.1.0/24", "web.example"]);
    expect(scope.targets[0]?.undeclared).toBe("report");
  });

  test("have errors with their own line and column", () => {
    const found = problemsBelow('targets: [{ addresses: ["file:h.txt"], systemType: host }]', {
      "etc/h.txt": "10.0.0.1\n  10.0.0.300\n224.0.0.1\nfile:more.txt\n10.0.0.1 10.0.0.2\n",
    });
    expect(found).toEqual([
      'etc/h.txt:2:3: octet 300 in "10.0.0.300" is above 255; use numbers from 0 to 255',
      'etc/h.txt:3:1: "224.0.0.1" is never a target: it is a multicast address, which stands for a group of hosts; remove it',
      "etc/h.txt:4:1: a list file cannot name another one; list the addresses themselves",
      'etc/h.txt:5:1: "10.0.0.1 10.0.0.2" holds a blank; write each target as an item of its own',
    ]);
  });

  test("that are missing, empty or too long are reported where they are named", () => {
    const text = 'targets: [{ addresses: ["file:a.txt", "file:b.txt", "file:/c.txt"], systemType: host }]';
    expect(problemsBelow(text, { "etc/b.txt": "# nothing\n", "/c.txt": "10.0.0.1\n".repeat(70_000) })).toEqual([
      "etc/portolan.yaml:5:25: targets[0].addresses[0]: etc/a.txt does not exist; create it",
      'etc/portolan.yaml:5:39: targets[0].addresses[1]: "b.txt" lists nothing; write one address, range or hostname per line',
      'etc/portolan.yaml:5:53: targets[0].addresses[2]: "/c.txt" has more than 65536 lines; write ranges instead of single addresses',
    ]);
  });
});

describe("every problem is reported with its place and remedy", () => {
  const target = (addresses: string): string => `targets: [{ addresses: [${addresses}], systemType: host }]`;

  test.each([
    [
      "224.0.0.1",
      '"224.0.0.1" is never a target: it is a multicast address, which stands for a group of hosts; remove it',
    ],
    [
      "255.255.255.255",
      '"255.255.255.255" is never a target: it is the broadcast address, which every host on the network answers; remove it',
    ],
    ["0.0.0.0", '"0.0.0.0" is never a target: it is the unspecified address, which is not a host; remove it'],
    ["250.0.0.1", '"250.0.0.1" is never a target: it is a reserved address, which no host can have; remove it'],
    [
      "0.0.0.0/0",
      '"0.0.0.0/0" holds 224.0.0.0/4, never a target: each of them is a multicast address, which stands for a group of hosts; list only the part that hosts can have',
    ],
    [
      "223.255.255.0-224.0.0.5",
      '"223.255.255.0-224.0.0.5" holds 224.0.0.0-224.0.0.5, never a target: each of them is a multicast address, which stands for a group of hosts; list only the part that hosts can have',
    ],
    [
      '"ff02::1"',
      '"ff02::1" is never a target: it is a multicast address, which stands for a group of hosts; remove it',
    ],
    ['"::"', '"::" is never a target: it is the unspecified address, which is not a host; remove it'],
    [
      '"fe80::1"',
      '"fe80::1" is never a target: it is an IPv6 link-local address, which means another host on every interface; remove it',
    ],
    [
      '"::ffff:224.0.0.1"',
      '"::ffff:224.0.0.1" is never a target: it is a multicast address, which stands for a group of hosts; remove it',
    ],
    [
      '"2001:db8::/64"',
      '"2001:db8::/64" has more than 2^32 addresses, too many to sweep one by one; name the hosts: list their addresses, or ranges of up to 2^32 addresses (a /96)',
    ],
    ["10.0.0.5/24", '"10.0.0.5/24" has host bits set; write 10.0.0.0/24 for the network, or 10.0.0.5 for the host'],
  ])("target %s", (address, expected) => {
    expect(problemsBelow(target(address))).toEqual([`etc/portolan.yaml:5:25: targets[0].addresses[0]: ${expected}`]);
  });

  test("a /24 may hold its own .0 and .255, and a /96 is not too large", () => {
    expect(withTargets('{ addresses: [10.0.0.0/24, 10.0.1.255, "fd00::/96"], systemType: host }').targets).toHaveLength(
      1,
    );
  });

  test.each([
    [
      "targets: [{ name: a, addresses: [10.0.0.1], systemType: hsot }]",
      '5:57: targets[0].systemType: the system type "hsot" is not declared; did you mean "host"?',
    ],
    [
      "targets: [{ name: a, addresses: [10.0.0.1], systemType: database }]",
      '5:57: targets[0].systemType: the system type "database" is not declared; declare it under systemTypes, or use one of: "host"',
    ],
    [
      "targets:\n  - { name: a, addresses: [10.0.0.1], systemType: host }\n  - { name: a, addresses: [10.0.0.2], systemType: host }",
      '7:13: targets[1].name: the name "a" is already that of targets[0]; give it another name',
    ],
    [
      "targets:\n  - { addresses: [10.0.0.1], systemType: host }\n  - { addresses: [10.0.0.1], systemType: host }",
      '7:5: targets[1]: the name "10.0.0.1" is already that of targets[0]; give it a name of its own',
    ],
    [
      `${target("10.0.0.0/24")}\nassets: [{ name: x, addresses: [10.0.1.1] }]`,
      '6:33: assets[0].addresses[0]: "10.0.1.1" is in no target; add it to the addresses of a target',
    ],
    [
      `${target("10.0.0.0/24")}\nassets: [{ name: x, addresses: [10.0.0.250-10.0.1.5] }]`,
      '6:33: assets[0].addresses[0]: "10.0.0.250-10.0.1.5" is in no target (10.0.1.0-10.0.1.5); add it to the addresses of a target',
    ],
    [
      `${target("10.0.0.0/24")}\nassets: [{ name: x, addresses: [this-machine] }]`,
      "6:33: assets[0].addresses[0]: this-machine is in no target; add this-machine to the addresses of a target",
    ],
    [
      `${target("10.0.0.0/24")}\nassets: [{ name: x, addresses: [web.example] }]`,
      '6:10: assets[0]: the asset "x" has no systemType, and no target lists its hostname; give it a systemType, or add the hostname to the addresses of a target',
    ],
    [
      `${target("10.0.0.0/24")}\nassets: [{ name: x, addresses: [10.0.0.1] }, { name: x, addresses: [10.0.0.2] }]`,
      '6:54: assets[1].name: the name "x" is already that of assets[0]; give it another name',
    ],
    [
      `${target("10.0.0.0/24")}\nassets: [{ name: x, addresses: [10.0.0.0/30] }, { name: y, addresses: [10.0.0.9, 10.0.0.2] }]`,
      '6:71: assets[1].addresses: 10.0.0.2 already belongs to assets[0], "x"; give each address to one asset',
    ],
    [
      "targets: [{ name: dmz, addresses: [10.0.0.0/24], systemType: host }]\nassets: [{ name: dmz, addresses: [10.0.0.1] }]",
      '6:18: assets[0].name: the name "dmz" is also that of a target with other addresses; give one of the two another name',
    ],
    [
      `${target("10.0.0.0/24")}\nassets: [{ name: 10.0.0.7, addresses: [10.0.0.1] }]`,
      '6:18: assets[0].name: the name "10.0.0.7" reads as an address that the asset does not have; name it after something else',
    ],
    [
      `${target("10.0.0.0/24")}\nexclusions: [{ addresses: [printer.example], reason: fragile }]`,
      '6:28: exclusions[0].addresses[0]: "printer.example" is a hostname; write its address: an exclusion has to hold when name resolution does not work',
    ],
    [
      `${target("10.0.0.0/24")}\nexclusions: [{ addresses: [10.0.0.1] }]`,
      '6:14: exclusions[0].reason: the key "reason" is missing; add it (text)',
    ],
    [
      `${target("10.0.0.0/24")}\nexclusions: [{ addresses: [10.0.0.1], reason: "" }]`,
      "6:47: exclusions[0].reason: it is empty; write something",
    ],
    [
      `${target("10.0.0.0/24")}\nexclusions: [{ addresses: [10.0.0.1], reason: "  " }]`,
      "6:47: exclusions[0].reason: it is blank; write something",
    ],
    [
      `${target("198.51.100.7")}\nauthorizations: [{ reference: R, grantedBy: J, from: 2026-02-01, until: 2026-02-01, addresses: [198.51.100.7] }]`,
      "6:73: authorizations[0].until: the authorization ends before it begins; write a later time than in from",
    ],
    [
      `${target("198.51.100.7")}\nauthorizations: [{ reference: R, grantedBy: J, from: 2026-02-30, until: 2026-03-01, addresses: [198.51.100.7] }]`,
      '6:54: authorizations[0].from: "2026-02-30" is not a date or a time with its offset; write it as 2026-03-14 or 2026-03-14T09:00:00Z',
    ],
    [
      `${target("198.51.100.7")}\nauthorizations: [{ reference: R, grantedBy: J, from: 2026-02-01, until: 2026-03-01, addresses: [web.example, this-machine] }]`,
      '6:97: authorizations[0].addresses[0]: "web.example" is a hostname; write the addresses that the permission covers',
    ],
    [`${target("10.0.0.1")}\nlimits: { rate: 0 }`, "6:17: limits.rate: less than 1; use at least 1"],
    ["targets: []", "5:10: targets: the list is empty; write at least one item"],
    [
      'targets: [{ name: "a\\e[31m", addresses: [10.0.0.1], systemType: host }]',
      String.raw`5:19: targets[0].name: "a\u{1b}[31m" holds control or invisible characters; type the text again instead of pasting it`,
    ],
  ])("%s", (text, expected) => {
    expect(problemsBelow(text)[0]).toBe(`etc/portolan.yaml:${expected}`);
  });

  test.each([
    [
      "  a: { cadence: 1h, staleness: 30m }",
      "4:32: systemTypes.a.staleness: staleness is shorter than the cadence, so every state would be unknown between two sweeps; make it longer than the cadence, or leave it out for twice the cadence",
    ],
    [
      "  a: { cadence: soon }",
      '4:17: systemTypes.a.cadence: "soon" is not a length of time; write it as 30s, 15m, 1h, 1h30m or 7d',
    ],
    ["  a: { cadence: 400d }", '4:17: systemTypes.a.cadence: "400d" is longer than a year; use 366d at most'],
    [
      '  a: { cadence: 1h, ports: "22,70000" }',
      '4:28: systemTypes.a.ports: port 70000 in "70000" is out of 1-65535; use ports from 1 to 65535',
    ],
    [
      "  a: { cadence: 1h, ports: 70000 }",
      '4:28: systemTypes.a.ports: port 70000 in "70000" is out of 1-65535; use ports from 1 to 65535',
    ],
    ["  {}", "4:3: systemTypes: no system type is declared; declare one: host: { cadence: 1h }"],
    [
      '  "a\\e": { cadence: 1h }',
      String.raw`4:3: systemTypes.a\u{1b}: not usable: "a\u{1b}" holds control or invisible characters; type the text again instead of pasting it`,
    ],
  ])("system type %s", (text, expected) => {
    expect(
      problems(`version: 1\nname: lab\nsystemTypes:\n${text}\ntargets: [{ addresses: [10.0.0.1], systemType: a }]`)[0],
    ).toBe(`etc/portolan.yaml:${expected}`);
  });

  test("all problems of a document are reported together", () => {
    expect(
      problemsBelow(
        "targets: [{ addresses: [224.0.0.1, 10.0.0.300], systemType: x }]\nassets: [{ name: a, addresses: [10.9.9.9] }]",
      ),
    ).toHaveLength(4);
  });
});

describe("hostile scopes", () => {
  test("names of object properties are only names", () => {
    const scope = parse(
      "version: 1\nname: lab\nsystemTypes: { constructor: { cadence: 1h } }\ntargets: [{ name: toString, addresses: [10.0.0.1], systemType: constructor }]",
    );
    expect(scope.targets[0]).toMatchObject({ name: "toString", systemType: "constructor" });
    expect(problemsBelow("targets: [{ addresses: [10.0.0.1], systemType: constructor }]")[0]).toContain(
      'the system type "constructor" is not declared',
    );
  });

  test("tens of thousands of addresses are read, and their problems stay short", { tags: ["long"] }, () => {
    const hosts = Array.from({ length: 40_000 }, (_, host) => `10.${host >> 16}.${(host >> 8) & 255}.${host & 255}`);
    const scope = withTargets('{ name: all, addresses: ["file:h.txt"], systemType: host }', "", {
      "etc/h.txt": hosts.join("\n"),
    });
    expect(scope.assets).toHaveLength(40_000);
    expect(
      problemsBelow('targets: [{ addresses: ["file:h.txt"], systemType: host }]', {
        "etc/h.txt": "224.0.0.1\n".repeat(60_000),
      }),
    ).toHaveLength(101);
  });
});

test("the JSON Schema names every key, with a description for editors", () => {
  const schema = scopeJsonSchema() as {
    properties: Record<string, { description?: string }>;
    required: string[];
    additionalProperties: boolean;
  };
  expect(Object.keys(schema.properties)).toEqual([
    "version",
    "name",
    "vantage",
    "vantagePoints",
    "limits",
    "systemTypes",
    "targets",
    "assets",
    "exclusions",
    "authorizations",
  ]);
  expect(schema.required).toEqual(["version", "name", "systemTypes", "targets"]);
  expect(schema.additionalProperties).toBe(false);
  expect(
    Object.entries(schema.properties).filter(
      ([key, { description }]) => key !== "version" && description === undefined,
    ),
  ).toEqual([]);
});
