export { giveUpRights } from "./io/give-up.ts";
export { inheritedPacketSockets } from "./io/packet-sockets.ts";
