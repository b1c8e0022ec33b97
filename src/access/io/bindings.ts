import type { Binding } from "../../record/evidence/index.ts";
import { keyBinding, linkBinding } from "./secret-bindings.ts";
import { passkeyBinding, passwordBinding, secondFactorBinding, ssoBinding } from "./sign-in-bindings.ts";
import { roleBinding, userBinding } from "./user-bindings.ts";

/** What the entries of the log bind of users, their roles and keys, and of how they sign in. */
export const accessBindings: readonly Binding[] = [
  userBinding,
  roleBinding,
  keyBinding,
  linkBinding,
  passwordBinding,
  ssoBinding,
  secondFactorBinding,
  passkeyBinding,
];
