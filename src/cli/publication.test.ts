import { describe, expect, it } from "vitest";
import { fakeOperations } from "../../test/fakes/operations.ts";
import { fakeSurroundings } from "../../test/fakes/surroundings.ts";
import type { Settings } from "../platform/configuration/index.ts";
import { SETTINGS } from "../platform/configuration/settings.ts";
import { publicationOf } from "./publication.ts";
import { run } from "./run.ts";

const defaults = Object.fromEntries(Object.entries(SETTINGS).map(([key, { fallback }]) => [key, fallback]));
const settings = (set: Partial<Settings>): Settings => ({ ...defaults, ...set }) as Settings;

const WHOLE: readonly Partial<Settings>[] = [
  { "publish.webhook.url": "https://hooks.example.com", "publish.webhook.secret": "whsec_AAAA" },
  { "publish.mail.to": ["audit@example.com"], "publish.mail.server": "smtps://mail.example.com" },
  {
    "publish.bucket.endpoint": "https://s3.example.com",
    "publish.bucket.name": "evidence",
    "publish.bucket.accessKeyId": "AKIAIOSFODNN7EXAMPLE",
    "publish.bucket.secretAccessKey": "sesame",
  },
];

describe("a destination for checkpoints", () => {
  it("is none unless it is set", () => {
    expect(publicationOf(settings({}))).toEqual({ allow: [] });
  });

  it.each(WHOLE)("is refused if only a part of it is set: %o", (whole) => {
    expect(Object.values(publicationOf(settings(whole))).filter((each) => each !== undefined)).toHaveLength(2);
    for (const key of Object.keys(whole)) {
      const { [key as keyof Settings]: _left, ...part } = whole;
      expect(() => publicationOf(settings(part))).toThrow(
        expect.objectContaining({ next: expect.stringMatching(/^Set publish\..*, or none of them\.$/) }),
      );
    }
  });
});

describe("evidence verify --against", () => {
  it("has to name checkpoints: a path without any is refused, one with some is compared", async () => {
    const operations = fakeOperations();
    const words = ["evidence", "verify", "--against", "outside"];
    const empty = fakeSurroundings({ directory: "/srv", operations });
    expect(await run(words, empty)).toBe(2);
    expect(empty.printed.err).toContain("holds no signed checkpoint");
    expect(empty.printed.err).toContain(
      "Name a checkpoint, a directory of checkpoints, or a git work tree that this user may read.",
    );
    const notesIn = () => [{ note: "a note", from: "outside/12.txt" }];
    const around = fakeSurroundings({ directory: "/srv", operations, door: { notesIn } });
    expect(await run(words, around)).toBe(1);
    expect(operations.calls.at(-1)).toMatchObject({
      operation: "evidence.against",
      argument: { checkpoints: [{ note: "a note", from: "outside/12.txt" }] },
    });
    expect(around.printed.out).toContain("ROLLED BACK");
  });
});
