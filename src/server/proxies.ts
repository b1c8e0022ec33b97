import { BlockList, isIP } from "node:net";
import { Fault } from "../model/index.ts";

/**
 * Recognizes the proxies whose X-Forwarded-For and X-Forwarded-Proto are trusted. Each text is an address or a network:
 * `10.0.0.7`, `10.0.0.0/24`, `2001:db8::/64`.
 *
 * @throws Fault `config-invalid` for a text that is neither
 */
export function trustedProxies(texts: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const text of texts) {
    const [address = "", prefix, ...rest] = text.split("/");
    const version = isIP(address);
    const family = version === 6 ? "ipv6" : "ipv4";
    const most = version === 6 ? 128 : 32;
    const length = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
    // A network that contains every address would let any client claim any address.
    if (version === 0 || rest.length > 0 || !(length >= 1 && length <= most)) {
      throw new Fault("config-invalid", `'${text}' is neither the address nor the network of a proxy.`, {
        place: "trusted proxies",
        next: "Write the proxy's address or network, such as 10.0.0.7, 10.0.0.0/24 or 2001:db8::/64.",
      });
    }
    list.addSubnet(address, length, family);
  }
  return (address) => {
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 6 ? "ipv6" : "ipv4");
  };
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/**
 * Whether the address is a loopback address: only this machine itself can be its peer, or reach a server that listens
 * on it.
 */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === "localhost") return true;
  const version = isIP(host);
  return version !== 0 && LOOPBACK.check(host, version === 6 ? "ipv6" : "ipv4");
}
