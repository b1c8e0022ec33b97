import {
  NETLINK_SOCK_DIAG,
  openNetlink,
  type NetlinkOpening,
  type NetlinkSocket,
} from "../../../platform/netlink/index.ts";
import type { BoundSocket } from "../bound-socket.ts";
import { askTable, DIAG_TABLES, settleDump, socketsIn, type DiagTable } from "../inet-diag.ts";

/** The kernel's tables of listening sockets. */
export interface DiagTables {
  /** Queries the kernel. `same`: byte for byte the reply of the last poll. `failed`: it did not answer properly. */
  poll(): "same" | "changed" | "failed";
  /** As of the last poll that did not fail. */
  sockets(): BoundSocket[];
  close(): void;
}

/** A reply of the kernel has at most 32 KiB (netlink_dump). */
const ROOM = 32_768;
/** Some hundred bytes per socket: far more sockets than a machine has, and still bounded. */
const MOST_BYTES = 64 * 2 ** 20;

/** Undefined where the kernel cannot be queried this way: no netlink, no koffi, or a filter of system calls. */
export function openDiagTables(
  open: () => NetlinkOpening = () => openNetlink(NETLINK_SOCK_DIAG),
): DiagTables | undefined {
  const opening = open();
  if (opening.outcome === "refused") return undefined;
  const { socket } = opening;
  const dumps = DIAG_TABLES.map((table) => createDump(socket, table));
  return {
    poll() {
      let changed = false;
      for (const dump of dumps) {
        const answer = dump.poll();
        if (answer === "failed") return "failed";
        if (answer === "changed") changed = true;
      }
      return changed ? "changed" : "same";
    },
    sockets: () => dumps.flatMap((dump) => dump.sockets()),
    close: socket.close,
  };
}

/** Two buffers in turn: the kernel's reply is written beside the previous one, and compared there. */
function createDump(socket: NetlinkSocket, table: DiagTable): Omit<DiagTables, "close"> {
  const question = askTable(table);
  let now = emptyDump(2 * ROOM);
  let before = emptyDump(2 * ROOM);

  /** False when the answer broke off; the conversation is then out of step and has to be restarted. */
  function read(): boolean {
    now.length = 0;
    if (!socket.send(question)) return false;
    for (;;) {
      if (now.bytes.length - now.length < ROOM) {
        if (now.bytes.length >= MOST_BYTES) return false;
        now = grown(now);
      }
      const received = socket.receive(now.bytes.subarray(now.length));
      if (received <= 0) return false;
      const from = now.length;
      now.length += received;
      const state = settleDump(now.bytes, now.view, from, now.length);
      if (state !== "more") return state === "done";
    }
  }

  return {
    poll() {
      if (!read()) return "failed";
      const same =
        now.length === before.length && now.bytes.compare(before.bytes, 0, before.length, 0, now.length) === 0;
      [now, before] = [before, now];
      return same ? "same" : "changed";
    },
    sockets: () => socketsIn(before.bytes.subarray(0, before.length), table),
  };
}

interface Dump {
  readonly bytes: Buffer;
  readonly view: DataView;
  length: number;
}

function emptyDump(size: number): Dump {
  const bytes = Buffer.from(new ArrayBuffer(size));
  return { bytes, view: new DataView(bytes.buffer), length: 0 };
}

function grown({ bytes, length }: Dump): Dump {
  const larger = emptyDump(2 * bytes.length);
  bytes.copy(larger.bytes, 0, 0, length);
  larger.length = length;
  return larger;
}
