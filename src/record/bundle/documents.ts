import type { JsonValue } from "../../model/index.ts";

/** A version of a document as RFC 8785 text, whose SHA-256 the entry of the version names. */
export interface VersionText {
  readonly version: number;
  readonly text: string;
}

/** The addresses that an asset had from an instant on. */
export interface AddressChange {
  readonly asset: string;
  readonly since: string;
  readonly ranges: readonly { readonly first: string; readonly last: string }[];
}

/** What a bundle needs besides the log and the history. */
export interface BundleDocuments {
  /** Every version of the scope. */
  readonly scopes: readonly VersionText[];
  /** Every version of the port baseline. */
  readonly baselines: readonly VersionText[];
  readonly addresses: readonly AddressChange[];
}

type Members = { readonly [name: string]: JsonValue | undefined };

/** The parts of a scope that concern some assets: them, their system types, and the vantage points. */
export function scopeExtract({ version, text }: VersionText, assets: ReadonlySet<string>): JsonValue {
  const scope = JSON.parse(text) as Members;
  const own = (scope["assets"] as Members[]).filter(({ name }) => assets.has(String(name)));
  const types = new Set(own.map(({ systemType }) => systemType));
  const systemTypes = (scope["systemTypes"] as Members[]).filter(({ name }) => types.has(name));
  const vantagePoints = ((scope["vantagePoints"] ?? []) as Members[]).map(({ name, cadence }) => ({ name, cadence }));
  return JSON.parse(
    JSON.stringify({
      version,
      scope: { vantage: scope["vantage"], vantagePoints, systemTypes, assets: own, targets: [] },
    }),
  ) as JsonValue;
}

/** The authorized ports of a baseline that can apply to some assets: by their name, tag or system type. */
export function baselineExtract(
  { version, text }: VersionText,
  assets: ReadonlySet<string>,
  scopes: readonly VersionText[],
): JsonValue {
  const declared = scopes.flatMap((scope) => (JSON.parse(scope.text) as { assets: Members[] }).assets);
  const own = declared.filter(({ name }) => assets.has(String(name)));
  const tags = new Set(own.flatMap((asset) => asset["tags"] as string[]));
  const types = new Set(own.map(({ systemType }) => systemType));
  const authorizedPorts = (JSON.parse(text) as { selector: Members }[]).filter(
    ({ selector: { asset, tag, systemType } }) =>
      (asset === undefined || assets.has(String(asset))) &&
      (tag === undefined || tags.has(String(tag))) &&
      (systemType === undefined || types.has(systemType)) &&
      // A block of addresses alone could tell of others.
      (asset ?? tag ?? systemType) !== undefined,
  );
  return { version, authorizedPorts: authorizedPorts as unknown as JsonValue };
}
