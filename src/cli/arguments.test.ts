import { expect, it } from "vitest";
import { parseWhole } from "./arguments.ts";

it.each(["0", "65536", "1.5", "-1", "", "1e3", "99999999999999"])("refuses '%s' as a port", (text) => {
  expect(() => parseWhole(text, "--port", 1, 65_535)).toThrow(/not a whole number from 1 to 65535/);
});
