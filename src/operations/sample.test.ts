import { expect, it } from "vitest";
import { fakeOperations } from "../../test/fakes/operations.ts";
import { createSample } from "./sample.ts";

const NOW = Date.parse("2026-03-14T09:00:00Z");
const sample = createSample({ ...fakeOperations(), clock: { now: () => NOW } });

it("draws open endpoints at one instant, and findings, approvals and target-days of a period", async () => {
  const endpoints = await sample.draw({ of: "endpoints", size: 25, seed: "a" });
  expect(endpoints).toMatchObject({ of: "endpoints", to: "2026-03-14T09:00:00.000Z" });
  expect(endpoints.from).toBeUndefined();
  expect(endpoints.drawn.length).toBeGreaterThan(0);
  expect(endpoints.drawn.every(({ key, asset }) => /:\d+\/(tcp|udp)$/.test(key) && asset !== undefined)).toBe(true);
  const findings = await sample.draw({ of: "findings", size: 25, seed: "a" });
  expect(findings.drawn.every(({ finding }) => finding !== undefined)).toBe(true);
  const days = await sample.draw({ of: "target-days", size: 1, seed: "a" });
  expect(days.drawn).toHaveLength(1);
  expect(days.drawn[0]?.key).toMatch(/ \d{4}-\d{2}-\d{2}$/);
});

it("counts only approvals in the period, and draws nothing where there are none", async () => {
  const before = await sample.draw({ of: "approvals", size: 5, seed: "a", from: 0, to: 1_000 });
  expect(before).toMatchObject({ population: 0, drawn: [] });
});

it("refuses a period that ends before it begins", async () => {
  await expect(sample.draw({ of: "findings", size: 5, seed: "a", from: NOW, to: NOW - 1 })).rejects.toMatchObject({
    code: "config-invalid",
    next: "Give a start that is before the end.",
  });
});
