/** Whether the text is an address: those are never named in a server name indication (RFC 6066, section 3). */
export function isIP(host: string): boolean {
  return host.includes(":") || /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}
