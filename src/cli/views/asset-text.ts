/** The name of an asset at the start of a line: in quotes if it reads like the undeclared hosts of a target. */
export function assetText({
  asset,
  declared,
}: {
  readonly asset: string;
  readonly declared?: true | undefined;
}): string {
  return declared === true ? `"${asset}"` : asset;
}

/** The same for results that do not name undeclared hosts. */
export function declaredText({
  asset,
  declared,
}: {
  readonly asset?: string | undefined;
  readonly declared?: true | undefined;
}): string | undefined {
  return asset === undefined ? undefined : assetText({ asset, declared });
}
