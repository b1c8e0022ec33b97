// @module-tag long
import { expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { hashIn, openDeciding } from "../../test/deciding.ts";
import {
  createAuthorizer,
  differenceOf,
  digestInPieces,
  parseBaseline,
  parseInPieces,
  propose,
  proposalName,
  questionableEntries,
  type OpenNow,
} from "../judgement/baseline/index.ts";
import { atOnce, LARGEST_BASELINE, PIECE, type InPieces } from "../model/index.ts";

/** Above every limit on smaller documents: 1 MiB, and 200,000 values. */
const MANY = 25_000;
const DAY = 24 * 60 * 60_000;

/** As many open ports, 24 per address. */
function openPorts(count: number): OpenNow[] {
  return Array.from({ length: count }, (_, index) => {
    const host = Math.floor(index / 24);
    return { address: `10.77.${host >> 8}.${host & 255}`, transport: "tcp", port: 8_000 + (index % 24) };
  });
}

function draftOf(count: number): string {
  return atOnce(propose({ open: openPorts(count) })).document;
}

/** As an engineer completes it. */
function completed(draft: string, justification = "the shop's own services"): string {
  return draft.replace(/^( *owner:).*/gm, "$1 team-web").replace(/^( *justification:).*/gm, `$1 ${justification}`);
}

it("refuses to draft what could not be read again", { timeout: 300_000 }, () => {
  expect(() => draftOf(LARGEST_BASELINE.entries + 1)).toThrow("100,001 open ports and 0 authorized ones are");
});

it("lists the first incomplete entries of a large draft, and counts the others", { timeout: 300_000 }, () => {
  const draft = draftOf(12_264);
  let told = "";
  try {
    parseBaseline(draft, "port-baseline.yaml", { requireComplete: true });
  } catch (error) {
    told = (error as Error).message;
  }
  const lines = told.split("\n");
  expect(lines).toHaveLength(401);
  expect(lines[399]).toContain("authorizedPorts[399].owner: owner and justification are not written");
  expect(lines[400]).toBe("and 11,864 more problems");
});

it("counts every wrong entry of a large document", () => {
  const wrong = completed(draftOf(5_000)).replaceAll("transport: tcp", "transport: ip");
  let told = "";
  try {
    parseBaseline(wrong, "port-baseline.yaml", { requireComplete: true });
  } catch (error) {
    told = (error as Error).message;
  }
  expect(told.split("\n").at(-1)).toBe("and 4,900 more problems");
});

/** Runs work to its end, and says how many pieces it had. */
function piecesOf<T>(work: InPieces<T>): { readonly value: T; readonly pieces: number } {
  for (let pieces = 1; ; pieces += 1) {
    const step = work.next();
    if (step.done === true) return { value: step.value, pieces };
  }
}

it("lets other work continue in everything that takes time", () => {
  const count = 10 * PIECE;
  const file = "port-baseline.yaml";
  const drafted = piecesOf(propose({ open: openPorts(count), inForce: [] }));
  const document = completed(drafted.value.document);
  const read = piecesOf(parseInPieces(document, file, { requireComplete: true }));
  const ports = read.value;
  const others = ports.map((port) => ({ ...port, owner: "team-shop" }));
  const work = {
    drafted,
    again: piecesOf(propose({ open: openPorts(count), inForce: ports })),
    read,
    digested: piecesOf(digestInPieces(ports)),
    compared: piecesOf(differenceOf(others, ports)),
    checked: piecesOf(questionableEntries({ document, file, ports }, { declared: [], targets: [] }, 0)),
  };
  expect(work.compared.value.added).toHaveLength(count);
  for (const { pieces } of Object.values(work)) expect(pieces).toBeGreaterThanOrEqual(10);
});

it("tries only the entries of a host's own address", () => {
  const tried: string[] = [];
  const ports = parseBaseline(completed(draftOf(2_400)), "port-baseline.yaml", { requireComplete: true }).map(
    (port) => {
      const { cidr = "" } = port.selector;
      // Reading the transport is what every decision about a port of the host does first.
      return Object.defineProperty({ ...port }, "transport", {
        get: () => (tried.push(cidr), "tcp"),
      });
    },
  );
  const target = { systemType: "host", tags: [] };
  const authorizer = createAuthorizer(ports, { now: 0, vantage: "inside" });
  expect(authorizer.on({ address: "10.77.0.7", asset: undefined, target }).of("tcp", 8_023).kind).toBe("authorized");
  expect(tried).toEqual(Array.from({ length: 24 }, () => "10.77.0.7"));
});

eachDatabase("a large port baseline", (open) => {
  it("that is drafted can be submitted, approved and queried", { timeout: 300_000 }, async () => {
    const site = await openDeciding(await open());
    try {
      await site.join("eve@example.com", "engineer");
      await site.join("ann@example.com", "approver");
      site.pass(2 * DAY);
      const document = completed(draftOf(MANY));
      const proposal = hashIn(await site.submit(await site.as("eve@example.com"), document));
      expect(proposal).toBe(proposalName(document));
      const ann = await site.as("ann@example.com");
      expect((await site.approve(ann, proposal)).body).toMatchObject({ authorizedPorts: MANY });
      const shown = await ann.send("GET", "/api/v1/baseline");
      expect(shown.body["document"]).toBe(document);
    } finally {
      await site.close();
    }
  });
});
