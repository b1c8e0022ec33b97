import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { calendar, PRINT, svgText, timeline, type Drawing, type Shape } from "./index.ts";

const LAYOUT = { width: 600, id: "c", palette: PRINT, labels: 100 };
const from = Date.parse("2026-03-29T00:00:00Z");
const hour = 36e5;
const range = { from, to: from + 24 * hour, zone: "Europe/Berlin" };

/** Attributes of every element of the drawing as an independent XML parser reads them. */
function parsed(drawing: Drawing): { name: string; attributes: Record<string, string> }[] {
  const parser = new SaxesParser();
  const elements: { name: string; attributes: Record<string, string> }[] = [];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => elements.push({ name, attributes }));
  parser.write(svgText(drawing)).close();
  return elements;
}

function textsIn(shapes: readonly (Shape | string)[]): string[] {
  return shapes.flatMap((each) => (typeof each === "string" ? [each] : textsIn(each.children ?? [])));
}

describe("timeline", () => {
  it("leaves a time without a span empty, and hatches what is unknown", () => {
    const lanes = [
      {
        label: "db-3",
        spans: [
          { from, to: from + 6 * hour, kind: "open" as const },
          { from: from + 12 * hour, to: from + 18 * hour, kind: "unknown" as const },
        ],
      },
    ];
    const bars = parsed(timeline({ ...range, lanes }, LAYOUT)).filter(
      ({ name, attributes }) => name === "rect" && attributes["height"] === "16",
    );
    expect(bars.map(({ attributes: { x, width, fill } }) => [x, width, fill])).toEqual([
      ["100", "124", PRINT.kinds.open],
      ["348", "124", "url(#c-unknown)"],
    ]);
  });

  it("labels the minutes of a short period to the second", () => {
    const short = { ...range, to: from + 120_000 };
    const labels = textsIn(timeline({ ...short, lanes: [{ label: "db-3", spans: [] }] }, LAYOUT).shapes);
    const times = labels.filter((text) => /^\d\d:/.test(text));
    expect(times).toContain("01:00:30");
    expect(new Set(times).size).toBe(times.length);
  });

  it("leaves out labels that would overlap", () => {
    const week = { ...range, to: from + 7 * 24 * hour };
    const { shapes } = timeline({ ...week, lanes: [{ label: "db-3", spans: [] }] }, { ...LAYOUT, width: 250 });
    const labels = parsed({ ...timeline({ ...week, lanes: [] }, { ...LAYOUT, width: 250 }), shapes })
      .filter(({ name, attributes }) => name === "text" && attributes["text-anchor"] === undefined)
      .map(({ attributes }) => Number(attributes["x"]));
    expect(labels.length).toBeGreaterThan(0);
    for (const [index, x] of labels.slice(1).entries()) expect(x - (labels[index] ?? 0)).toBeGreaterThan(70);
  });

  it("keeps a short unknown visible, drawn over what surrounds it", () => {
    const lanes = [
      {
        label: "db-3",
        spans: [
          { from: from + hour, to: from + hour + 1, kind: "unknown" as const },
          { from, to: from + 24 * hour, kind: "good" as const },
        ],
      },
    ];
    const bars = parsed(timeline({ ...range, lanes }, LAYOUT)).filter(
      ({ attributes }) => attributes["height"] === "16",
    );
    expect(bars.at(-1)?.attributes).toMatchObject({ fill: "url(#c-unknown)", width: "2" });
  });

  it("names the zone, and has its ticks at round times of the zone", () => {
    const texts = textsIn(timeline({ ...range, lanes: [] }, LAYOUT).shapes);
    expect(texts).toContain("Europe/Berlin");
    expect(texts.filter((text) => /^\d\d:\d\d$/.test(text)).every((text) => text.endsWith(":00"))).toBe(true);
  });

  it("has a text alternative with its shares", () => {
    const lanes = [{ label: "a", spans: [{ from, to: from + 6 * hour, kind: "open" as const }] }];
    expect(timeline({ ...range, lanes }, LAYOUT).label).toContain("open 25.0 %");
  });

  it("draws the same for the same arguments, whatever the text, as well-formed XML", () => {
    const label = "<img src=x onerror=alert(1)>\u202e\u0000&\"' \ud800";
    const draw = () =>
      timeline({ ...range, lanes: [{ label, spans: [{ from, to: from + hour, kind: "bad", title: label }] }] }, LAYOUT);
    expect(svgText(draw())).toBe(svgText(draw()));
    expect(parsed(draw()).some(({ name }) => name === "img")).toBe(false);
  });
});

describe("calendar", () => {
  it("has one cell for each row and day, and leaves a day that is missing empty", () => {
    const days = (dates: readonly string[]) => dates.map((date) => ({ date, kind: "good" as const, title: date }));
    const drawing = calendar(
      [
        { label: "dmz", days: days(["2026-03-01", "2026-03-02", "2026-03-03"]) },
        { label: "data", days: days(["2026-03-03"]) },
      ],
      LAYOUT,
    );
    const cells = parsed(drawing).filter(({ attributes }) => "data-date" in attributes);
    expect(
      cells.map(({ attributes }) => `${attributes["data-row"]} ${attributes["data-date"]} ${attributes["x"]}`),
    ).toEqual(["0 2026-03-01 100", "0 2026-03-02 116", "0 2026-03-03 132", "1 2026-03-03 132"]);
  });
});
