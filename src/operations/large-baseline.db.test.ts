// @module-tag long
import { expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { hashIn, openDeciding } from "../../test/deciding.ts";
import { parseBaseline, parseBaselineInTurns, propose, proposalName } from "../judgement/baseline/index.ts";
import { LARGEST_BASELINE } from "../model/index.ts";

/** Above every limit on smaller documents: 1 MiB, and 200,000 values. */
const MANY = 25_000;
const DAY = 24 * 60 * 60_000;

/** The draft of as many open ports, 24 per address. */
function draftOf(count: number): string {
  const open = Array.from({ length: count }, (_, index) => {
    const host = Math.floor(index / 24);
    return { address: `10.77.${host >> 8}.${host & 255}`, transport: "tcp" as const, port: 8_000 + (index % 24) };
  });
  return propose({ open }).document;
}

/** As an engineer completes it. */
function completed(draft: string): string {
  return draft
    .replace(/^( *owner:).*/gm, "$1 team-web")
    .replace(/^( *justification:).*/gm, "$1 the shop's own services");
}

it("refuses to draft what could not be read again", () => {
  expect(() => draftOf(LARGEST_BASELINE.entries + 1)).toThrow("100,001 open ports and 0 authorized ones are");
});

it("lists every incomplete entry of a large draft, reading it once", () => {
  const draft = draftOf(12_264);
  let told = "";
  try {
    parseBaseline(draft, "port-baseline.yaml", { requireComplete: true });
  } catch (error) {
    told = (error as Error).message;
  }
  expect(told.split("\n")).toHaveLength(12_264);
});

it("lets other work continue while it is read", async () => {
  let turns = 0;
  let isReading = true;
  const others = (): void => {
    turns += 1;
    if (isReading) setImmediate(others);
  };
  setImmediate(others);
  const ports = await parseBaselineInTurns(completed(draftOf(5_000)), "port-baseline.yaml", { requireComplete: true });
  isReading = false;
  expect(ports).toHaveLength(5_000);
  expect(turns).toBeGreaterThan(8);
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
