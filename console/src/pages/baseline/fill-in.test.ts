import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { emptyFields, fillIn } from "./fill-in.ts";

const DRAFT = `version: 1
authorizedPorts:
  # seen open since 2026-03-14
  - asset: web-1
    port: 443
    owner:
    justification:   # why does it have to be open?
  - { asset: db-1, port: 5432, owner: team-data, justification: orders }
  - asset: db-2
    port: 5432
    owner: team-data
    justification:
`;

describe("fillIn", () => {
  it.each(["team-web", "a: b", "# not a comment", 'it\'s "quoted"', "no", "12", "{x}", "- list", "päytrail (EU)"])(
    "puts %j into empty fields only, as text",
    (value) => {
      const filled = fillIn(fillIn(DRAFT, "owner", value), "justification", value);
      const { authorizedPorts } = parse(filled) as { authorizedPorts: { owner: unknown; justification: unknown }[] };
      expect(authorizedPorts.map(({ owner, justification }) => [owner, justification])).toEqual([
        [value, value],
        ["team-data", "orders"],
        ["team-data", value],
      ]);
      expect(filled).toContain("# seen open since 2026-03-14");
      expect(filled).toContain("# why does it have to be open?");
    },
  );

  it("counts what is still empty", () => {
    expect([emptyFields(DRAFT, "owner"), emptyFields(DRAFT, "justification")]).toEqual([1, 2]);
    expect(emptyFields(fillIn(DRAFT, "owner", "x"), "owner")).toBe(0);
  });
});
