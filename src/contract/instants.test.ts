import { expect, it } from "vitest";
import { z } from "zod";
import { DECLARED } from "./catalogue.ts";
import { instantFields } from "./fields.ts";

it("every field that is read as an instant is one that a client sends as text", () => {
  const missed = DECLARED.flatMap(({ subject, name, declaration }) =>
    [declaration.params, declaration.query, declaration.body].flatMap((part: z.ZodObject | undefined) => {
      if (part === undefined) return [];
      const sent = instantFields(part);
      return Object.entries(part.shape)
        .filter(([, field]) => z.safeParse(field, "2026-03-14T09:00:00Z").data === Date.parse("2026-03-14T09:00:00Z"))
        .flatMap(([field]) => (sent.has(field) ? [] : [`${subject}.${name}: ${field}`]));
    }),
  );
  expect(missed).toEqual([]);
});
