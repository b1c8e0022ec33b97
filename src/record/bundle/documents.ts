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

type Named = { readonly name: string };
type Asset = Named & { readonly systemType: string; readonly tags: readonly string[] };

/** The parts of a scope that an extract repeats. */
interface ScopeText {
  readonly vantage: string;
  readonly vantagePoints?: readonly (Named & { readonly cadence?: number })[];
  readonly systemTypes: readonly Named[];
  readonly assets: readonly Asset[];
}

interface PortText {
  readonly selector: { readonly asset?: string; readonly tag?: string; readonly systemType?: string };
}

/** The parts of a scope that concern some assets: them, their system types, and the vantage points. */
export function scopeExtract({ version, text }: VersionText, names: ReadonlySet<string>): object {
  const { vantage, vantagePoints = [], ...scope } = JSON.parse(text) as ScopeText;
  const assets = scope.assets.filter(({ name }) => names.has(name));
  const types = new Set(assets.map(({ systemType }) => systemType));
  const systemTypes = scope.systemTypes.filter(({ name }) => types.has(name));
  const places = vantagePoints.map(({ name, cadence }) => ({ name, cadence }));
  return { version, scope: { vantage, vantagePoints: places, systemTypes, assets, targets: [] } };
}

/** The authorized ports of a baseline that can apply to some assets: by their name, tag or system type. */
export function baselineExtract(
  { version, text }: VersionText,
  names: ReadonlySet<string>,
  scopes: readonly VersionText[],
): object {
  const declared = scopes.flatMap((scope) => (JSON.parse(scope.text) as ScopeText).assets);
  const own = declared.filter(({ name }) => names.has(name));
  const tags = new Set(own.flatMap((asset) => asset.tags));
  const types = new Set(own.map((asset) => asset.systemType));
  const authorizedPorts = (JSON.parse(text) as PortText[]).filter(
    ({ selector: { asset, tag, systemType } }) =>
      (asset === undefined || names.has(asset)) &&
      (tag === undefined || tags.has(tag)) &&
      (systemType === undefined || types.has(systemType)) &&
      // A block of addresses alone could tell of others.
      (asset ?? tag ?? systemType) !== undefined,
  );
  return { version, authorizedPorts };
}
