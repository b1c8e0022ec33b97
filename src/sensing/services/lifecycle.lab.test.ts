import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { shippedLifecycle } from "./io/lifecycle-file.ts";
import {
  createLifecycle,
  cyclesFrom,
  describeEndOfLife,
  lifecycleFileSchema,
  type LifecycleFile,
} from "./lifecycle.ts";

const NOW = Date.UTC(2026, 10, 22);
const product = { product: "Thing", slug: "thing", source: "https://endoflife.date/thing" };
const file: LifecycleFile = {
  retrieved: "2026-11-22",
  products: [
    {
      ...product,
      cycles: [
        { cycle: "1", endOfLife: "2020-01-01" },
        { cycle: "1.2", endOfLife: "2027-01-01" },
        { cycle: "10", endOfLife: "2028-01-01" },
      ],
    },
  ],
};
const at = (version: string | undefined, name = "Thing") =>
  createLifecycle(file).endOfLife({ service: "http", product: name, version, confidence: "high", evidence: "" }, NOW);

describe("end of life", () => {
  it("is that of the longest cycle a version belongs to, once it has come", () => {
    expect(at("1.1.9")).toMatchObject({ cycle: "1", at: Date.UTC(2020, 0, 1) });
    expect(at("1.2.3")).toBeUndefined();
    expect(at("1.20")).toMatchObject({ cycle: "1" });
    expect(at("10.1")).toBeUndefined();
    expect(at("2.0")).toBeUndefined();
  });

  it("is never guessed: no version, no product, no entry", () => {
    expect(at(undefined)).toBeUndefined();
    expect(at("1.1", "Other")).toBeUndefined();
  });

  it("says its date, its source and the day of the data", () => {
    const ended = at("1.1");
    expect(ended && describeEndOfLife(ended)).toBe(
      "Thing 1 is past its end of life since 2020-01-01 (https://endoflife.date/thing, as of 2026-11-22)",
    );
  });

  it("is known from the shipped data, and a version that is still maintained is not outdated", () => {
    const of = (name: string, version: string) =>
      shippedLifecycle().endOfLife({ service: "x", product: name, version, confidence: "high", evidence: "" }, NOW);
    expect(of("PostgreSQL", "9.6.24")).toMatchObject({ cycle: "9.6" });
    expect(of("PostgreSQL", "15.20")).toBeUndefined();
    expect(of("nginx", "1.22.1")).toMatchObject({ cycle: "1.22" });
  });
});

describe("the update", () => {
  it("takes cycles with a date, and refuses any other answer", () => {
    expect(
      cyclesFrom([
        { cycle: "1.2", eol: "2030-01-01", lts: false },
        { cycle: 3, eol: "2031-01-01" },
        { cycle: "4", eol: false },
        { cycle: "x", eol: "2031-01-01" },
      ]),
    ).toEqual([
      { cycle: "1.2", endOfLife: "2030-01-01" },
      { cycle: "3", endOfLife: "2031-01-01" },
    ]);
    expect(() => cyclesFrom({ message: "not found" })).toThrow();
  });

  it("writes the data that the server returns, and nothing if one page is missing", async () => {
    const directory = mkdtempSync(join(tmpdir(), "portolan-lifecycle-"));
    const copy = join(directory, "lifecycle.yaml");
    copyFileSync(join(import.meta.dirname, "lifecycle.yaml"), copy);
    let missing = "/api/php.json";
    const server = createServer((request, response) => {
      response.statusCode = request.url === missing ? 404 : 200;
      response.end(JSON.stringify([{ cycle: "7", eol: "2030-05-05" }]));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const script = join(import.meta.dirname, "../../../scripts/update-lifecycle.ts");
    const update = () => promisify(execFile)(process.execPath, [script, base, copy]);
    try {
      const before = readFileSync(copy, "utf8");
      await expect(update()).rejects.toThrow("php.json answered 404");
      expect(readFileSync(copy, "utf8")).toBe(before);
      missing = "";
      await update();
      const after = lifecycleFileSchema.parse(parse(readFileSync(copy, "utf8")));
      expect(after.products.length).toBe(lifecycleFileSchema.parse(parse(before)).products.length);
      for (const { cycles } of after.products) expect(cycles).toEqual([{ cycle: "7", endOfLife: "2030-05-05" }]);
    } finally {
      server.close();
      rmSync(directory, { recursive: true });
    }
  });
});
