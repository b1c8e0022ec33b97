import { describe, expect, it } from "vitest";
import { isVisible } from "./visible.ts";

describe("a visible name", () => {
  it.each(["Ada", "Ada Lovelace", "Zoë", "김민준", "می‌خواهم", "क्‍ष", "Ops ❤️", "42", "–"])("is %j", (name) => {
    expect(isVisible(name)).toBe(true);
  });

  it.each([
    ["", "nothing"],
    ["   ", "spaces"],
    ["\u{3164}", "the Hangul filler"],
    ["\u{115F}\u{1160}\u{FFA0}", "other Hangul fillers"],
    ["\u{2800}", "the empty Braille pattern"],
    ["\u{200B}\u{2060}\u{FEFF}", "spaces without width"],
    ["\u{200D}", "a joiner alone"],
    ["\u{FE0F}", "a variation selector alone"],
    ["\u{E0041}", "a tag"],
    ["\u{00AD}", "a soft hyphen"],
    ["\u{180B}\u{034F}", "other ignorable characters"],
    ["Ada\u{3164}", "a name with a filler after it"],
    ["A\u{202E}da", "a name with its direction turned"],
    ["Ada\u{0}", "a name with a NUL"],
  ])("is not %j: %s", (name) => {
    expect(isVisible(name)).toBe(false);
  });
});
