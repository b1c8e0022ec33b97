import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { passwordProblem } from "./password-rule.ts";

const ADA = ["Ada Lovelace", "ada.lovelace@example.com"];

describe("a password that is easy to guess", () => {
  it.each([
    "aaaaaaaaaaaa",
    "121212121212",
    "abcabcabcabc",
    "Passwort1234",
    "Password123!",
    "P@ssw0rd1234",
    "passwordpassword",
    "qwertyuiop12",
    "1q2w3e4r5t6z",
    "123456789012",
    "abcdefghijkl",
    "zyxwvutsrqponm",
    "Welcome2026!!",
    "Summer2026!!",
    "admin-admin-1",
    "letmein12345",
    "Portolan2026",
    "iloveyou1234",
    "adalovelace1",
    "Lovelace1815",
    "ada@example.com",
    "!!!!!!!!!!!!",
    "äääääääääääää",
    "            ",
  ])("is %j", (password) => {
    expect(passwordProblem(password, ADA)).toBeDefined();
  });
});

describe("a password that is not", () => {
  it.each([
    "correct horse battery staple",
    "vier Pferde ziehen blau",
    "kX7#pQ2!vB9z",
    "7#2!9k4$8(Q5",
    "Tr1stram Shandy's clock",
    "müde Wolken über Köln",
    "我们在山顶看日出的早晨很冷呀",
    "my password is a purple teapot",
  ])("is %j", (password) => {
    expect(passwordProblem(password, ADA)).toBeUndefined();
  });

  it("is nearly every random one", () => {
    const letters = fc.string({
      unit: fc.constantFrom(..."abcdefghijkmnpqrstuvwxyz".split("")),
      minLength: 16,
      maxLength: 30,
    });
    fc.assert(
      fc.property(letters, (password) => new Set(password).size < 8 || passwordProblem(password) === undefined),
    );
  });
});
