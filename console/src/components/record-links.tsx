import { Link } from "@tanstack/react-router";
import { Instant } from "./instant.tsx";

/** Links to the pages of things that the record names. */
export function EndpointLink({
  host,
  port,
  transport,
}: {
  readonly host: string;
  readonly port: number;
  readonly transport: string;
}) {
  const endpoint = `${host.includes(":") ? `[${host}]` : host}:${port}/${transport}`;
  return (
    <Link to="/endpoints/$endpoint" params={{ endpoint }} className="mono">
      <bdi>
        {host} {transport}/{port}
      </bdi>
    </Link>
  );
}

export function AssetLink({ asset }: { readonly asset: string }) {
  return (
    <Link to="/assets/$asset" params={{ asset }}>
      <bdi>{asset}</bdi>
    </Link>
  );
}

export function SweepLink({ id }: { readonly id: number }) {
  return (
    <Link to="/sweeps/$id" params={{ id: String(id) }}>
      sweep {id}
    </Link>
  );
}

/** Who approved, and when. What the operator typed is not the same as a person who signed in. */
export function ApprovedBy({ by, at }: { readonly by: string; readonly at: string }) {
  return (
    <>
      {by.startsWith("typed by ") ? "approval " : "approved by "}
      <bdi>{by}</bdi>, <Instant of={at} />
    </>
  );
}
