// @module-tag long
import { expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { hashIn, openDeciding, yamlOf } from "../../test/deciding.ts";
import { tamper } from "../../test/tamper.ts";
import { compareTables } from "../record/evidence/index.ts";
import { BINDINGS } from "./bindings.ts";

const DAY = 24 * 60 * 60_000;

/** What somebody with the database can change to have a port baseline approved, and how it is named. */
const FORGERIES = [
  [
    "the port baseline in force",
    `UPDATE port_baseline_version SET authorized_ports = '[]'`,
    "port baseline 1 has authorizedPorts",
  ],
  [
    "who proposed it",
    `UPDATE baseline_proposal SET user_id = 'u', proposed_by = 'eve' WHERE id = 2`,
    'has proposedBy "eve"',
  ],
  ["the persons behind the proposal", `UPDATE baseline_proposal SET parties = '[]' WHERE id = 2`, "has parties []"],
  ["its document", `UPDATE baseline_proposal SET document = document || '# x' WHERE id = 2`, "has document"],
  [
    "the proposal, deleted beside another of the same ports",
    `DELETE FROM baseline_proposal WHERE id = 3`,
    "is missing from the table",
  ],
] as const;

eachDatabase("an approval of what contradicts the evidence log", (open) => {
  it.each(FORGERIES)(
    "is refused with cause, place and next step: %s",
    { timeout: 60_000 },
    async (_what, statement, problem) => {
      const store = await open();
      const site = await openDeciding(store);
      try {
        for (const [name, role] of [
          ["eve", "engineer"],
          ["ann", "approver"],
          ["bob", "engineer"],
        ] as const) {
          await site.join(`${name}@example.com`, role);
        }
        site.pass(2 * DAY);
        const [eve, ann, bob] = [
          await site.as("eve@example.com"),
          await site.as("ann@example.com"),
          await site.as("bob@example.com"),
        ];
        await site.approve(ann, hashIn(await site.submit(eve, yamlOf(22))));
        const proposal = hashIn(await site.submit(eve, yamlOf(22, 80)));
        hashIn(await site.submit(bob, yamlOf(22, 80)));
        await tamper(store, statement);
        const { status, body } = await site.approve(ann, proposal);
        expect([status, body["code"]]).toEqual([500, "evidence-broken"]);
        expect(body["detail"]).toContain(problem);
        expect(body["place"]).toMatch(/^table (port_baseline_version|baseline_proposal)$/);
        expect(body["next"]).toContain("portolan evidence verify");
        const approved = (await site.entries()).filter(({ type }) => type === "baseline-approved");
        expect(approved).toHaveLength(1);
        const { contradictions } = await compareTables(store.db, BINDINGS);
        expect(contradictions.map((each) => each.problem).join("\n")).toContain(problem);
      } finally {
        await site.close();
      }
    },
  );
});
