import { expect, it } from "vitest";
import { browserOf } from "./browser-of.ts";

it.each([
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36", "Chrome on Linux"],
  ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0", "Edge on Windows"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 14) AppleWebKit/605 Version/19 Safari/605", "Safari on Mac OS"],
  ["Mozilla/5.0 (Android 15; Mobile) Gecko/140.0 Firefox/140.0", "Firefox on Android"],
  ["<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
])("reads %j as %j", (agent, words) => {
  expect(browserOf(agent)).toBe(words);
});
