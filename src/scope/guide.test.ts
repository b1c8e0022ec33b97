import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { scopeJsonSchema } from "./config-schema.ts";
import { parseScope } from "./parse-scope.ts";

const guide = readFileSync(fileURLToPath(new URL("../../docs/guide/scope.md", import.meta.url)), "utf8");

/** Names of every key in a JSON Schema of objects and lists, but not of maps' own keys. */
function keysIn(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const {
    properties = {},
    items,
    additionalProperties,
  } = schema as { properties?: object; items?: unknown; additionalProperties?: unknown };
  return [
    ...Object.entries(properties).flatMap(([key, inner]) => [key, ...keysIn(inner)]),
    ...keysIn(items),
    ...keysIn(additionalProperties),
  ];
}

test("the guide's example is a scope", () => {
  const example = /```yaml\n(.*?)```/s.exec(guide)?.[1] ?? "";
  const scope = parseScope(example, "portolan.yaml", () => "");
  expect(scope.assets.map(({ name, owner, tags }) => [name, owner, tags])).toEqual([
    ["web-1", "team-web", ["pci"]],
    ["web-2", "team-shop", ["pci", "front"]],
    ["web.example.internal", "team-web", ["pci"]],
    ["orders-db", "team-data", []],
  ]);
});

test("the guide names every key and every rule", () => {
  const keys = [...new Set(keysIn(scopeJsonSchema()))];
  expect(keys.length).toBeGreaterThan(20);
  expect(keys.filter((key) => !new RegExp(`\`([a-z]+\\.)?${key}\``).test(guide))).toEqual(["limits"]);
  for (const rule of [
    "never-a-target",
    "excluded",
    "outside-scope",
    "public-without-authorization",
    "hostname-resolves-outside",
  ]) {
    expect(guide).toMatch(new RegExp(`^[|] \`${rule}\` +[|]`, "m"));
  }
});
