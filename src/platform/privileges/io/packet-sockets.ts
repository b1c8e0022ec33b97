import process from "node:process";

/** Names the descriptors of the packet sockets that the process before this one opened, with commas between. */
export const INHERITED = "PORTOLAN_PACKET_SOCKETS";

let named: readonly number[] | undefined;

/**
 * Descriptors that {@link dropPrivileges} left to this process, as far as its environment tells the truth; read once,
 * and then taken out of the environment, so that no child process mistakes them for its own. Undefined when none were
 * left.
 */
export function inheritedPacketSockets(): readonly number[] | undefined {
  const text = process.env[INHERITED];
  if (text !== undefined) {
    delete process.env[INHERITED];
    named = text
      .split(",")
      .filter((each) => /^\d{1,7}$/.test(each))
      .map(Number);
  }
  return named;
}
