import { expect, it } from "vitest";
import { readViews, withoutView, withView } from "./saved-views.ts";

const high = { name: "high", to: "/findings?severity=high" };

it.each([
  null,
  "",
  "{",
  "7",
  '[{"name":"x"}]',
  '[{"name":"x","to":"//example.com/"}]',
  '[{"name":"x","to":"javascript:1"}]',
])("reads no view from %j", (text) => {
  expect(readViews(text)).toEqual([]);
});

it("replaces a view of the same name on the same page alone", () => {
  const assets = { name: "high", to: "/assets?q=high" };
  const again = { name: "high", to: "/findings?severity=very+high" };
  const views = withView(withView([assets], high), again);
  expect(views).toEqual([again, assets]);
  expect(readViews(JSON.stringify(views))).toEqual(views);
  expect(withoutView(views, again)).toEqual([assets]);
});
