import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";

/** Listens on every address of the machine. */
export function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** The names that a certificate is for, host names first: browsers accept them, so they name this server. */
export function certificateNames({ subjectAltName }: Pick<X509Certificate, "subjectAltName">): string[] {
  const names = (subjectAltName ?? "").split(", ").flatMap((entry) => {
    const [, kind, name = ""] = /^(DNS|IP Address):(.*)$/.exec(entry) ?? [];
    return kind === undefined || name.includes("*") || (kind === "IP Address" && isIP(name) === 0) ? [] : [name];
  });
  return [...names.filter((name) => isIP(name) === 0), ...names.filter((name) => isIP(name) !== 0)];
}

/** This machine's addresses that others reach: neither loopback nor link-local. */
export function reachableAddresses(interfaces = networkInterfaces()): string[] {
  return Object.values(interfaces).flatMap((entries) =>
    (entries ?? [])
      .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
      .map(({ address }) => address),
  );
}
