export { dropPrivileges } from "./io/drop-privileges.ts";
export { inheritedPacketSockets } from "./io/packet-sockets.ts";
