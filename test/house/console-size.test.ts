import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

/** What `npm run build` made of console/src. `npm test` builds first. */
const DIST = join(import.meta.dirname, "../../console/dist");

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

const kilobytes = (file: string): number => gzipSync(readFileSync(join(DIST, file)), { level: 9 }).byteLength / 1_000;

describe.skipIf(!existsSync(DIST))("the built console (needs npm run build)", () => {
  const manifest = (): Record<string, Chunk> =>
    JSON.parse(readFileSync(join(DIST, ".vite/manifest.json"), "utf8")) as Record<string, Chunk>;

  /** The entry, the page that it shows first, and what both import. */
  function firstView(): { scripts: Set<string>; styles: Set<string> } {
    const chunks = manifest();
    const scripts = new Set<string>();
    const styles = new Set<string>();
    const add = (name: string): void => {
      const chunk = chunks[name];
      if (chunk === undefined || scripts.has(chunk.file)) return;
      scripts.add(chunk.file);
      for (const style of chunk.css ?? []) styles.add(style);
      for (const each of chunk.imports ?? []) add(each);
    };
    for (const [name, chunk] of Object.entries(chunks)) {
      if (chunk.isEntry === true || name.endsWith("pages/today/page.tsx")) add(name);
    }
    return { scripts, styles };
  }

  it("loads at most 200 kB of script and 25 kB of style for the first view, gzipped", () => {
    const { scripts, styles } = firstView();
    expect([...scripts].length).toBeGreaterThan(1);
    expect([...scripts].map(kilobytes).reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(200);
    expect([...styles].map(kilobytes).reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(25);
  });

  it("loads at most 60 kB for anything later", () => {
    const { scripts } = firstView();
    const later = Object.values(manifest())
      .map(({ file }) => file)
      .filter((file) => file.endsWith(".js") && !scripts.has(file));
    expect(later.filter((file) => kilobytes(file) > 60)).toEqual([]);
  });

  it("holds no script and no style in its page", () => {
    const page = readFileSync(join(DIST, "index.html"), "utf8");
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  });
});
