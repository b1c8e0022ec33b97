import { randomInt } from "node:crypto";
import { connect, type Socket } from "node:net";
import { Fault, type Clock, type Duration } from "../../../model/index.ts";
import type { Egress } from "../../../platform/egress/index.ts";
import { printable } from "../../../platform/documents/index.ts";
import { transferRequest } from "../dns-message.ts";
import { Malformed } from "../dns-name.ts";
import { LARGEST_SOURCE } from "../read-source.ts";
import { signTransfer, type TsigKey } from "../tsig.ts";
import { createTransfer, type TransferredZone } from "../zone-transfer.ts";

/** A zone and the server that holds it. */
export interface ZoneServer {
  readonly zone: string;
  readonly host: string;
  readonly port: number;
}

const PATIENCE: Duration = 60_000;

/**
 * Transfers a zone (RFC 5936): one connection to an address that the guard allowed, within a minute, and at most 16 MiB.
 *
 * @throws Fault `config-invalid` if the guard allows no address of the server, or if it gives no whole zone
 */
export async function transferZone(
  server: ZoneServer,
  deps: {
    readonly egress: Pick<Egress, "addressOf">;
    readonly clock: Clock;
    readonly key?: TsigKey | undefined;
    readonly patience?: Duration;
  },
): Promise<TransferredZone> {
  const { zone, host, port } = server;
  const place = `${zone}@${printable(host, 255)}:${port}`;
  const { address } = await deps.egress.addressOf(host).catch((cause: unknown) => {
    throw new Fault("config-invalid", `The name server cannot be called: ${wordsOf(cause)}.`, {
      place,
      next: "Allow a server of your own network in egress.allow of portolan.server.yaml, or correct its name in boundary.zones.",
      cause,
    });
  });
  const late = AbortSignal.timeout(deps.patience ?? PATIENCE);
  const socket = connect({ host: address, port, signal: late });
  try {
    return await received(socket, zone, deps);
  } catch (cause) {
    const problem = late.aborted ? "it took longer than a minute" : wordsOf(cause);
    throw new Fault("config-invalid", `The server gave no whole zone: ${problem}.`, {
      place,
      next: "Allow this machine to transfer the zone in the server's configuration, and try it: dig axfr ZONE @SERVER.",
      cause,
    });
  } finally {
    socket.destroy();
  }
}

async function received(
  socket: Socket,
  zone: string,
  { key, clock }: { readonly key?: TsigKey | undefined; readonly clock: Clock },
): Promise<TransferredZone> {
  const id = randomInt(0x1_0000);
  const request = transferRequest(id, zone);
  const session = key === undefined ? undefined : signTransfer(request, key, () => clock.now());
  const transfer = createTransfer(zone, id);
  socket.write(framed(session?.request ?? request));
  for await (const message of messagesOf(socket)) {
    session?.check(message);
    const whole = transfer.take(message);
    if (whole === undefined) continue;
    if (session?.isSettled() === false) throw new Malformed("its last message is not signed");
    return whole;
  }
  throw new Malformed("the connection ended before the zone did");
}

/** Messages over TCP have their length in front (RFC 1035, section 4.2.2). */
async function* messagesOf(socket: Socket): AsyncGenerator<Uint8Array> {
  let held: Buffer = Buffer.alloc(0);
  let total = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > LARGEST_SOURCE) throw new Malformed(`it is longer than ${LARGEST_SOURCE} bytes`);
    held = Buffer.concat([held, chunk]);
    let at = 0;
    while (held.length >= at + 2) {
      const end = at + 2 + held.readUInt16BE(at);
      if (held.length < end) break;
      yield held.subarray(at + 2, end);
      at = end;
    }
    held = held.subarray(at);
  }
}

function framed(message: Uint8Array): Uint8Array {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
