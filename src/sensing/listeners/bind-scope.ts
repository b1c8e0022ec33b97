import { addressClass } from "../../scope/index.ts";

/**
 * From where a socket can be reached, by the address it is bound to:
 *
 * - `any`: 0.0.0.0 or ::, whatever address the machine has or gets
 * - `loopback`: this machine alone
 * - `private`: an address of a private or link-local network
 * - `specific`: any other address; reachable from wherever that is routed
 */
export const BIND_SCOPES = ["any", "loopback", "private", "specific"] as const;
export type BindScope = (typeof BIND_SCOPES)[number];

export function bindScope(address: string): BindScope {
  switch (addressClass(address)) {
    case "unspecified":
      return "any";
    case "loopback":
      return "loopback";
    case "private":
    case "link-local":
      return "private";
    case "public":
    case "multicast":
    case "broadcast":
    case "reserved":
      return "specific";
  }
}
