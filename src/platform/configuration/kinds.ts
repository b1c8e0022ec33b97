import ipaddr from "ipaddr.js";
import { z } from "zod";
import { isPrintable } from "../documents/index.ts";

/** The values a setting can have: in the file as YAML, in a variable or an option as text. */
export interface Kind<T> {
  readonly schema: z.ZodType<T>;
  /**
   * The value that the file would hold in place of this text; invalid text is returned unchanged, for the schema to
   * report.
   */
  fromText(text: string): unknown;
  /** Completes "is not …" and the table of settings. */
  readonly form: string;
  /** A path: relative to the file that names it, or to the current directory. */
  readonly isPath?: true;
}

const plainText = z
  .string()
  .min(1)
  .max(1_000)
  .check((ctx) => {
    if (isPrintable(ctx.value)) return;
    ctx.issues.push({
      code: "custom",
      message: "it holds control or invisible characters",
      params: { fix: "type the text again instead of pasting it" },
      input: ctx.value,
    });
  });

export const text: Kind<string> = { schema: plainText, fromText: (value) => value, form: "text" };

export const path: Kind<string> = { ...text, form: "a path", isPath: true };

export const url: Kind<string> = {
  schema: plainText.refine((value) => isUrl(value), {
    error: "it is not a URL of http or https without a password",
    params: { fix: "write it as https://tsa.example.com/path" },
  }),
  fromText: (value) => value,
  form: "a URL",
};

function isUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return /^https?:$/.test(protocol) && username === "" && password === "";
}

/** `corp.example@ns1.corp.example`, `corp.example@10.0.0.5:5353`, `corp.example@[2001:db8::5]` */
export const zoneServer = z
  .string()
  .max(600)
  .regex(/^[-\w.*/]{1,255}@(?:\[[0-9A-Fa-f:.]{2,45}\]|[-\w.]{1,255})(?::[1-9]\d{0,4})?$/);

export const objectIdentifier: Kind<string> = {
  schema: z.string().regex(/^[012](\.(0|[1-9]\d{0,15})){1,30}$/),
  fromText: (value) => value,
  form: "an object identifier, such as 1.3.6.1.4.1.99999.1",
};

export function whole(least: number, most: number): Kind<number> {
  return {
    schema: z.int().min(least).max(most),
    fromText: (value) => (/^\d{1,12}$/.test(value) ? Number(value) : value),
    form: `a whole number from ${least} to ${most}`,
  };
}

const WORDS: Readonly<Record<string, boolean>> = Object.fromEntries(
  (["on off", "true false", "yes no", "1 0"] as const).flatMap((pair) => {
    const [on = "", off = ""] = pair.split(" ");
    return [
      [on, true],
      [off, false],
    ];
  }),
);

export const onOff: Kind<boolean> = {
  schema: z.boolean(),
  fromText: (value) => WORDS[value.toLowerCase()] ?? value,
  form: "on or off",
};

/** In text, separated by commas. */
export function listOf(item: z.ZodType<string>, form: string): Kind<readonly string[]> {
  return {
    schema: z.array(item).max(100),
    fromText: (value) =>
      value
        .split(",")
        .map((one) => one.trim())
        .filter((one) => one !== ""),
    form,
  };
}

/** One of a few words. */
export function oneOf<const Word extends string>(words: readonly [Word, ...Word[]]): Kind<Word> {
  return { schema: z.enum(words), fromText: (value) => value, form: words.join(" or ") };
}

export const name = plainText.max(253).regex(/^\S+$/);

export const network = z
  .string()
  .max(60)
  .refine(
    (value) => (value.includes("/") ? ipaddr.isValidCIDR(value) && !value.endsWith("/0") : ipaddr.isValid(value)),
    {
      error: "it is neither an address nor a network",
      params: { fix: "write it as 10.0.0.7, 10.0.0.0/24 or 2001:db8::/64" },
    },
  );

export const hostOrNetwork = z
  .string()
  .max(253)
  .refine((value) => network.safeParse(value).success || /^[\p{L}\p{N}._-]+$/u.test(value), {
    error: "it is neither a name, an address nor a network",
    params: { fix: "write it as tsa.example.com, 10.0.0.7 or 10.0.0.0/24" },
  });
