import { describe, expect, it } from "vitest";
import { parseFilter, termText } from "./filter.ts";

describe("parseFilter", () => {
  it("reads the example of the guide", () => {
    expect(parseFilter("port:5432 open from:internet !authorized")).toEqual({
      terms: [
        { not: false, about: "port", spans: [{ first: 5432, last: 5432 }] },
        { not: false, about: "state", word: "open" },
        { not: false, about: "from", text: "internet" },
        { not: true, about: "state", word: "authorized" },
      ],
      problems: [],
    });
  });

  it.each([
    [
      "port:22,8000-8100,udp/53",
      {
        about: "port",
        spans: [
          { first: 22, last: 22 },
          { first: 8000, last: 8100 },
          { transport: "udp", first: 53, last: 53 },
        ],
      },
    ],
    ['owner:"Team Web"', { about: "owner", text: "team web" }],
    ["-shadow", { about: "shadow", not: true }],
    ["db-3", { about: "host", text: "db-3" }],
    ["fd00::2", { about: "host", text: "fd00::2" }],
    ["OPEN", { about: "state", word: "open" }],
    ['"open"', { about: "host", text: "open" }],
    ["<img/src=x>", { about: "host", text: "<img/src=x>" }],
  ])("reads %s", (text, expected) => {
    const { terms, problems } = parseFilter(text);
    expect(problems).toEqual([]);
    expect(terms).toMatchObject([expected]);
  });

  it.each([
    ["open port:0", 5, "is not a port"],
    ["port:70000", 0, "is not a port"],
    ["port:90-80", 0, "end before they begin"],
    ["colour:red open", 0, "is not a key"],
    ["open owner:", 5, 'Give a value after "owner:"'],
    ['open owner:"team', 5, "The quote is not closed"],
    ["!", 0, ""],
  ])("says what is wrong with %s, and where", (text, at, message) => {
    const { problems, terms } = parseFilter(text);
    if (message === "") expect(terms).toMatchObject([{ about: "host", text: "!" }]);
    else expect(problems).toMatchObject([{ at, message: expect.stringContaining(message) as string }]);
  });

  it("applies what it understands when a part of it is wrong", () => {
    expect(parseFilter("open port:x closed").terms).toHaveLength(2);
  });

  it("reads back the words that it writes", () => {
    for (const value of ["dmz", "team web", 'a"b c']) {
      expect(parseFilter(termText("segment", value)).terms).toMatchObject([
        { about: "segment", text: value.replaceAll('"', "").toLowerCase() },
      ]);
    }
  });
});
