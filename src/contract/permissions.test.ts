import { expect, it } from "vitest";
import { ROLES } from "../model/index.ts";
import { PERMISSION_WORDS, permissionsForKeys } from "./permissions.ts";

it("every permission that a key can have is shown in words", () => {
  expect(permissionsForKeys(ROLES).filter((permission) => PERMISSION_WORDS[permission] === undefined)).toEqual([]);
});
