import type { Kind } from "./kinds.ts";

/** One setting. To add one, add it to `settings.ts`: file, variables, `config show`, schema and docs follow. */
export interface Setting<T> {
  readonly kind: Kind<T>;
  /** The default; undefined: the setting is absent unless it is set. */
  readonly fallback: T;
  readonly variable: string;
  /** The option of `portolan start` that sets it. */
  readonly option?: string | undefined;
  /** True: the file can set it by its key. A setting that locates the file, or is read before it, cannot be in it. */
  readonly inFile: boolean;
  /** True: never an option, never shown, and read from a file that holds nothing else: `VARIABLE_FILE`, `keyFile`. */
  readonly secret: boolean;
  readonly about: string;
}

interface Described<T> {
  readonly kind: Kind<T>;
  readonly variable: string;
  readonly option?: string;
  readonly inFile?: boolean;
  readonly secret?: boolean;
  readonly about: string;
}

export const always = <T>(fallback: T, { inFile = true, secret = false, ...rest }: Described<T>): Setting<T> => ({
  fallback,
  inFile,
  secret,
  ...rest,
});

export const maybe = <T>({ inFile = true, secret = false, ...rest }: Described<T>): Setting<T | undefined> => ({
  fallback: undefined,
  inFile,
  secret,
  ...(rest as Omit<Setting<T | undefined>, "fallback" | "inFile" | "secret">),
});
