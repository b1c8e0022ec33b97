/** Ports from `first` to `last`, inclusive. */
export type Span = readonly [first: number, last: number];
export type Transport = "tcp" | "udp";
export type Ports = { readonly [T in Transport]: readonly Span[] };

/** `22,80-90`. */
export function parseSpans(text: string): Span[] {
  return text.split(",").flatMap((part): Span[] => {
    const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    return first === undefined ? [] : [[Number(first), Number(last ?? first)]];
  });
}

/** nmap's syntax as a scope has it: `22,80-90,U:53`, `-` for all; a prefix holds until the next one. */
export function parsePorts(text: string): Ports {
  const ports: { tcp: Span[]; udp: Span[] } = { tcp: [], udp: [] };
  let transport: Transport = "tcp";
  for (const part of text.split(",")) {
    const [, prefix, from, dash, to] = /^\s*(?:([TUtu]):)?\s*(\d*)(-?)(\d*)\s*$/.exec(part) ?? [];
    if (prefix !== undefined) transport = prefix.toUpperCase() === "U" ? "udp" : "tcp";
    if (from === undefined || (from === "" && dash === "")) continue;
    const first = from === "" ? 1 : Number(from);
    ports[transport].push([first, dash === "" ? first : to === "" || to === undefined ? 65_535 : Number(to)]);
  }
  return { tcp: merged(ports.tcp), udp: merged(ports.udp) };
}

/** Sorted, disjoint, not touching. */
export function merged(spans: readonly Span[]): Span[] {
  const result: [number, number][] = [];
  for (const [first, last] of [...spans].sort((a, b) => a[0] - b[0])) {
    const before = result.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else result.push([first, last]);
  }
  return result;
}

/** The ports of `spans` that are in none of `others`. Both are merged. */
export function without(spans: readonly Span[], others: readonly Span[]): Span[] {
  const rest: Span[] = [];
  for (const [first, last] of spans) {
    let from = first;
    for (const [low, high] of others) {
      if (high < from || low > last) continue;
      if (low > from) rest.push([from, low - 1]);
      from = high + 1;
    }
    if (from <= last) rest.push([from, last]);
  }
  return rest;
}
