/** An asset as a line begins with it: in quotes where its name reads like the undeclared hosts of a target. */
export function assetText({
  asset,
  declared,
}: {
  readonly asset: string;
  readonly declared?: true | undefined;
}): string {
  return declared === true ? `"${asset}"` : asset;
}

/** The same where hosts that nobody declared are not named at all. */
export function declaredText({
  asset,
  declared,
}: {
  readonly asset?: string | undefined;
  readonly declared?: true | undefined;
}): string | undefined {
  return asset === undefined ? undefined : assetText({ asset, declared });
}
