// @module-tag long
import { getDocument, VerbosityLevel, type PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { describe, expect, it } from "vitest";
import { HOSTILE, hostileExport, hostileFinding } from "../../../../test/hostile.ts";
import * as examples from "../../../../test/fakes/results.ts";
import { worstFirst, type FindingView } from "../../../contract/index.ts";
import { pdfDataOf } from "../pdf.ts";
import { sheetOf, type Exported } from "../sheet.ts";
import { visible } from "../visible.ts";
import { renderPdf } from "./render-pdf.ts";
import { renderSheet } from "./render.ts";

async function pdfOf(exported: Exported): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of renderSheet(sheetOf(exported), "pdf")) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function reading<Result>(pdf: Uint8Array, read: (document: PDFDocumentProxy) => Promise<Result>) {
  // The reader takes over the buffer.
  const task = getDocument({ data: Uint8Array.from(pdf), verbosity: VerbosityLevel.ERRORS });
  try {
    return await read(await task.promise);
  } finally {
    await task.destroy();
  }
}

/** The text of the first pages, of all by default, without spaces: a line may end anywhere. */
async function textOf(document: PDFDocumentProxy, pages = document.numPages): Promise<string> {
  let text = "";
  for (let number = 1; number <= pages; number += 1) {
    const { items } = await (await document.getPage(number)).getTextContent();
    text += items.map((item) => ("str" in item ? item.str : "")).join("");
  }
  return blankless(text);
}

const blankless = (text: string): string => text.replaceAll(/\s/g, "");

const plain: Exported = {
  ...hostileExport([], "payment platform"),
  findings: [examples.telnet, examples.silence, examples.resolvedFtp],
};

it("refuses one more than four at once, and makes it when those are done", { timeout: 60_000 }, async () => {
  const first = Array.from({ length: 4 }, () => pdfOf(plain));
  const begun = Promise.all(first);
  await expect(pdfOf(plain)).rejects.toMatchObject({ code: "throttled", next: "Try again in a minute." });
  await begun;
  expect((await pdfOf(plain)).length).toBeGreaterThan(1_000);
});

describe("a PDF of hostile findings", () => {
  it("holds every text as text, and no active content", { timeout: 60_000 }, async () => {
    // A page that breaks between two lines of a text puts its footer there: that is why the long ones are shorter here.
    // Characters without a font on this machine are escaped; another test covers them.
    const texts = Object.values(HOSTILE)
      .map((text) => text.slice(0, 300))
      .filter((text) => !/[\uff00-\uffef\u4e00-\u9fff]/.test(text));
    await reading(await pdfOf(hostileExport(texts, texts.join(" ").slice(0, 1_500))), async (document) => {
      const text = await textOf(document);
      for (const [at, hostile] of texts.entries()) {
        const shown = blankless(visible(hostile));
        const { fields } = hostileFinding(at + 1, hostile);
        const least = shown.length < 60 ? fields.length - 2 : 2;
        expect(text.split(shown).length - 1, shown).toBeGreaterThanOrEqual(least);
      }
      for (let number = 1; number <= document.numPages; number += 1) {
        const page = await document.getPage(number);
        expect(await page.getAnnotations()).toEqual([]);
        expect(await page.getJSActions()).toBeNull();
      }
      expect(await document.getAttachments()).toBeNull();
      expect(await document.getJSActions()).toBeNull();
      expect(await document.getFieldObjects()).toBeNull();
      expect(await document.getOpenAction()).toBeNull();
      const outline = await document.getOutline();
      expect(outline.flatMap(({ items }) => items.map(({ title }: { title: string }) => title))).toEqual([
        "What is not known",
        `unauthorized-open: ${texts.length} findings`,
      ]);
    });
  });

  it("is PDF/A for archives and screen readers, has page numbers, and is the same when it is made again", async () => {
    const [one, other] = await Promise.all([pdfOf(plain), pdfOf(plain)]);
    expect(Buffer.compare(one, other)).toBe(0);
    await reading(one, async (document) => {
      const { info, metadata } = await document.getMetadata();
      expect(info).toMatchObject({ Title: expect.stringContaining("payment platform"), Author: "Portolan" });
      expect([metadata.get("pdfaid:part"), metadata.get("pdfaid:conformance")]).toEqual(["2", "A"]);
      expect(await document.getMarkInfo()).toEqual(
        new Map([
          ["Marked", true],
          ["UserProperties", false],
          ["Suspects", false],
        ]),
      );
      const text = await textOf(document);
      expect(text).toContain("Page1of1");
      expect(text).toContain(blankless("tcp/23 (telnet) of db-1 is open, and no authorized port allows it."));
    });
  });

  it("begins with the worst kind, and with what is open", async () => {
    const of = (kind: FindingView["kind"], id: number): FindingView => ({ ...examples.telnet, id, kind });
    const findings = [
      of("expected-missing", 1),
      examples.resolvedFtp,
      of("coverage-gap", 2),
      of("unauthorized-open", 3),
    ];
    const { groups } = pdfDataOf(sheetOf({ ...plain, findings: findings.sort(worstFirst) }));
    expect(groups.map(({ title, rows }) => [title, ...rows.map(({ number }) => number)])).toEqual([
      ["unauthorized-open: 2 findings", "#3", "#5"],
      ["coverage-gap: 1 finding", "#2"],
      ["expected-missing: 1 finding", "#1"],
    ]);
  });

  it("explains escapes only where one occurs, on the first page, so that no page holds nothing else", async () => {
    const legend = blankless("Characters that cannot be seen, or that no font here can draw");
    const many = Array.from({ length: 40 }, (_, at) => ({ ...examples.telnet, id: at + 1 }));
    await reading(await pdfOf({ ...plain, findings: many }), async (document) => {
      expect(await textOf(document)).not.toContain(legend);
    });
    const hidden = many.map((finding) => ({ ...finding, summary: "a\u001bb" }));
    await reading(await pdfOf({ ...plain, findings: hidden }), async (document) => {
      expect(document.numPages).toBeGreaterThan(1);
      expect(await textOf(document, 1)).toContain(legend);
    });
  });

  it("shows a character that no font can draw by its number", async () => {
    // From a script that no font has yet.
    const findings = [{ ...examples.telnet, summary: "a \u{1e5d0} \u{1e5d1} b\u{1e5d0}\u0301" }];
    await reading(await pdfOf({ ...plain, findings }), async (document) => {
      expect(await textOf(document)).toContain("a\\u{1e5d0}\\u{1e5d1}b\\u{1e5d0}");
      expect((await document.getMetadata()).metadata.get("pdfaid:part")).toBe("2");
    });
  });

  it("says how many findings are only in the CSV", async () => {
    const findings = Array.from({ length: 2_003 }, (_, at) => ({ ...examples.silence, id: at + 1 }));
    const data = pdfDataOf(sheetOf({ ...plain, findings }));
    expect(data.groups.flatMap(({ rows }) => rows)).toHaveLength(2_000);
    await reading(await renderPdf({ ...data, groups: [] }), async (document) => {
      expect(await textOf(document)).toContain(blankless("And 3 more, which are in the CSV."));
    });
  });

  it("is refused while others wait already, and works again once they are done", async () => {
    const data = pdfDataOf(sheetOf(plain));
    const asked = Array.from({ length: 5 }, () => renderPdf(data));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual([...Array<string>(4).fill("fulfilled"), "rejected"]);
    await expect(asked[4]).rejects.toMatchObject({ code: "throttled" });
    expect((await renderPdf(data)).length).toBeGreaterThan(1_000);
  });
});
