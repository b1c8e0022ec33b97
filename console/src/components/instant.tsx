import { useNow } from "../time/now.ts";
import { dateTime, relative } from "../time/format.ts";
import { utc } from "../time/instant.ts";

/** A time in the browser's zone, named; UTC on hover. */
export function Instant({ of, ago = false }: { readonly of: number | string; readonly ago?: boolean }) {
  return (
    <time dateTime={utc(of)} title={`${utc(of)} (UTC)`}>
      {ago ? <Ago of={of} /> : dateTime(of)}
    </time>
  );
}

function Ago({ of }: { readonly of: number | string }) {
  return relative(of, useNow(10_000));
}
