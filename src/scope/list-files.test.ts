import { expect, it } from "vitest";
import { listFilesOf } from "./list-files.ts";

const scope = (addresses: string): string => `version: 1
name: shop
systemTypes: { host: { cadence: 1h } }
# or "file:comment.txt"
targets:
  - { name: a, addresses: ${addresses}, systemType: host }
exclusions:
  - { addresses: [10.0.0.9], reason: 'moved to "file:text.txt"' }
`;

it("names the list files of a scope, each once", () => {
  expect(listFilesOf(scope(`["file:lists/a.txt", 10.0.0.1, "file:b.txt", 'file:b.txt']`))).toEqual([
    "lists/a.txt",
    "b.txt",
  ]);
});

it("does not take comments and other texts for list files", () => {
  expect(listFilesOf(scope("[10.0.0.1]"))).toEqual([]);
});
