import type { SendRing } from "./packet-rings.ts";

/** One thread hands about 100,000 frames a second to the kernel, which does the link's work in its name. */
const LANES = 2;
/** Frames into one lane before the next has its turn: as many as a ring hands over at once. */
const TURN = 256;

/** Several rings to one link as one, so that several threads of Node's pool send at the same time. */
export function openSendLanes(openRing: () => SendRing): SendRing {
  const lanes: SendRing[] = [];
  function close(): void {
    for (const lane of lanes) lane.close();
  }
  try {
    while (lanes.length < LANES) lanes.push(openRing());
  } catch (cause) {
    close();
    throw cause;
  }
  let turn = 0;
  let written = 0;
  let lane = lanes[0] as SendRing;

  function next(): void {
    turn = (turn + 1) % LANES;
    lane = lanes[turn] as SendRing;
    written = 0;
  }

  return {
    room() {
      if (lane.room()) return true;
      next();
      return lane.room();
    },
    failure: () => lane.failure(),
    syn(template, sourcePort, port, sequence) {
      lane.syn(template, sourcePort, port, sequence);
      if (++written >= TURN) next();
    },
    frame: (bytes) => lane.frame(bytes),
    flush() {
      for (const each of lanes) each.flush();
    },
    close,
  };
}
