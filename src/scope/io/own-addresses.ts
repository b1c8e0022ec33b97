import { networkInterfaces } from "node:os";

/** Addresses of this machine's interfaces that are up, loopback and link-local included. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map(({ address }) => address));
}
