import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anAuthorizedPort } from "../../../test/compared-host.ts";
import { atOnce, LARGEST_BASELINE, type AuthorizedPort } from "../../model/index.ts";
import { parseBaseline } from "./parse-baseline.ts";
import { propose as proposing, type OpenNow, type Proposal, type ProposalInput } from "./propose.ts";

const propose = (input: ProposalInput): Proposal => atOnce(proposing(input));
const open = (asset: string | undefined, address: string, port: number): OpenNow => ({
  asset,
  address,
  transport: "tcp",
  port,
});
const read = (document: string): AuthorizedPort[] => parseBaseline(document, "ports.yaml", { requireComplete: false });

describe("a proposal", () => {
  it("keeps the ports in force on top and adds the open ones, one entry per asset and port", () => {
    const inForce = [anAuthorizedPort({ controls: ["WAF"], expires: 9_000 })];
    const found = propose({
      open: [
        open("web-1", "10.0.0.2", 443),
        open("web-1", "10.0.0.2", 22),
        open("web-1", "::1", 22),
        open("db-1", "10.0.0.3", 5432),
        open(undefined, "10.0.0.9", 61_000),
      ],
      inForce,
    });
    expect(found).toMatchObject({ proposed: 3, kept: 1 });
    const ports = read(found.document);
    expect(ports[0]).toEqual(inForce[0]);
    const empty = { owner: "", justification: "", controls: [], presence: "expected", transport: "tcp" };
    expect(ports.slice(1)).toEqual([
      { ...empty, selector: { cidr: "10.0.0.9" }, ports: [61_000, 61_000] },
      { ...empty, selector: { asset: "db-1" }, ports: [5432, 5432], service: "postgresql" },
      { ...empty, selector: { asset: "web-1" }, ports: [22, 22], service: "ssh" },
    ]);
    expect(found.document).toContain("  # open on 10.0.0.2 and ::1, not authorized\n  - asset: web-1\n    port: 22\n");
    expect(found.document).toContain("    owner: # who answers for it\n    justification: # why it has to be open\n");
  });

  it("cannot be approved unedited", () => {
    const { document } = propose({ open: [open("web-1", "10.0.0.2", 22)] });
    expect(() => parseBaseline(document, "ports.yaml", { requireComplete: true })).toThrow(
      /owner and justification are not written/,
    );
  });

  it("does not propose ports that a selector by tag, system type or block authorizes", () => {
    const traits = { systemType: "web-server", tags: ["pci"] };
    for (const selector of [{ tag: "pci" }, { systemType: "web-server" }, { cidr: "10.0.0.0/24" }]) {
      const inForce = [anAuthorizedPort({ selector })];
      expect(propose({ open: [{ ...open("web-1", "10.0.0.2", 443), ...traits }], inForce }).proposed).toBe(0);
    }
    expect(
      propose({ open: [open("web-1", "10.0.0.2", 443)], inForce: [anAuthorizedPort({ selector: { tag: "x" } })] })
        .proposed,
    ).toBe(1);
  });

  it("proposes ports that are authorized elsewhere only, and marks ended ones instead of adding them twice", () => {
    const elsewhere = [anAuthorizedPort({ exposure: ["outside"] })];
    expect(propose({ open: [open("web-1", "10.0.0.2", 443)], inForce: elsewhere, vantage: "inside" }).proposed).toBe(1);
    const ended = propose({
      open: [open("web-1", "10.0.0.2", 443)],
      inForce: [anAuthorizedPort({ expires: 5 })],
      now: 5,
    });
    expect(ended.proposed).toBe(0);
    expect(ended.document).toContain("# this authorization has ended");
  });

  it("does not propose the ports of a host that answers on very many", () => {
    const flood = Array.from({ length: 1_001 }, (_, index) => open("tarpit", "10.0.0.7", index + 1));
    const found = propose({ open: [...flood, open("web-1", "10.0.0.2", 443)] });
    expect(found.proposed).toBe(1);
    expect(found.document).toContain("# tarpit (10.0.0.7) answers on 1001 tcp ports");
  });

  it(
    "fits once the ports that many assets have in common are authorized by one entry",
    { tags: ["long"], timeout: 120_000 },
    () => {
      const many = Array.from({ length: LARGEST_BASELINE.entries + 1 }, (_, each) => ({
        ...open(
          `host-${each}`,
          `10.${each >> 16}.${(each >> 8) & 255}.${each & 255}`,
          each % 1_000 === 0 ? 8_080 : 9_100,
        ),
        tags: ["fleet"],
        systemType: "agent",
      }));
      expect(() => propose({ open: many })).toThrow(
        expect.objectContaining({
          next: expect.stringMatching(/^Authorize the ports that many assets have in common first/),
        }),
      );
      const ways = [
        { selector: { systemType: "agent" } },
        { selector: { tag: "fleet" } },
        { selector: { cidr: "10.0.0.0/8" } },
      ];
      for (const way of ways) {
        expect(propose({ open: many, inForce: [anAuthorizedPort({ ...way, ports: [9_100, 9_100] })] }).proposed).toBe(
          101,
        );
      }
      const range = anAuthorizedPort({ selector: { cidr: "10.0.0.0/8" }, ports: [8_000, 9_999] });
      expect(propose({ open: many, inForce: [range] }).proposed).toBe(0);
    },
  );

  it("names services with the function it is given", () => {
    expect(propose({ open: [open("a", "10.0.0.2", 443)], serviceName: () => "shop" }).document).toContain(
      "service: shop\n",
    );
    expect(propose({ open: [open("a", "10.0.0.2", 443)], serviceName: () => undefined }).document).not.toContain(
      "service:",
    );
  });

  it("is a valid document whatever the names of the assets", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 60 }), { maxLength: 5 }), (names) => {
        const { document } = propose({ open: names.map((name) => open(name, "10.0.0.2", 443)) });
        // Characters that a terminal must not see stay visible, or are escaped by YAML.
        expect(document).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      }),
    );
    const printable = fc.stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/);
    fc.assert(
      fc.property(fc.uniqueArray(printable, { maxLength: 5 }), (names) => {
        const { document } = propose({ open: names.map((name) => open(name, "10.0.0.2", 443)) });
        expect(
          read(document)
            .map(({ selector }) => selector.asset ?? "")
            .sort(),
        ).toEqual(names.toSorted());
      }),
    );
  });
});
