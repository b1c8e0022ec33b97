import type { GapsResult, ResolvedResult } from "../../../../src/contract/index.ts";

export interface UnknownSpan {
  readonly from: number;
  readonly to: number;
  readonly cause: string | undefined;
}

export interface Segment {
  readonly name: string;
  readonly unknown: readonly UnknownSpan[];
}

/**
 * The times in which something of each segment was not known. An asset without a segment counts under its system type,
 * and one that the scope no longer declares under `not in the scope now`. The hosts of targets that no asset declares are one
 * segment.
 */
export function unknownSpans(assets: GapsResult["assets"], declared: ResolvedResult["assets"]): Segment[] {
  const segmentOf = new Map(declared.map(({ asset, segment, systemType }) => [asset, segment ?? systemType]));
  const segments = new Map<string, UnknownSpan[]>();
  for (const { asset, declared: isDeclared, gaps } of assets) {
    const isUndeclared = asset.endsWith(" (undeclared)") && isDeclared !== true;
    const name = segmentOf.get(asset) ?? (isUndeclared ? "undeclared hosts" : "not in the scope now");
    const spans = segments.get(name) ?? [];
    spans.push(...gaps.map(({ from, to, cause }) => ({ from: Date.parse(from), to: Date.parse(to), cause })));
    segments.set(name, spans);
  }
  return [...segments]
    .map(([name, spans]) => ({ name, unknown: joined(spans) }))
    .toSorted((a, b) => a.name.localeCompare(b.name, "en"));
}

/** Spans that touch or overlap as one, with the cause that the first of them states. */
function joined(spans: readonly UnknownSpan[]): UnknownSpan[] {
  const result: UnknownSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last === undefined || span.from > last.to) result.push(span);
    else result[result.length - 1] = { ...last, to: Math.max(last.to, span.to), cause: last.cause ?? span.cause };
  }
  return result;
}
