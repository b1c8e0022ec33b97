import type { Numbered } from "./note-name.ts";
import type { HeldNote } from "./verdict.ts";

/** A checkpoint that is to leave the machine. */
export interface Published extends Numbered {
  /** C2SP signed note. */
  readonly note: string;
}

/** A place outside that keeps checkpoints. */
export interface Destination {
  /** Its kind and place, without secrets: `directory /mnt/evidence`. The record remembers under this name which ones were sent. */
  readonly name: string;
  /** The least time between two checkpoints, in milliseconds; the newest one stands for those in between. */
  readonly every: number;
  /**
   * Sends one checkpoint. Sending it again leaves the same. Throws an error whose message completes "… cannot be
   * reached: " if it is not known to have arrived.
   */
  send(checkpoint: Published, signal: AbortSignal): Promise<void>;
  /** The newest checkpoints it holds, at most a hundred of each log, for places that can be read. Throws if it cannot be reached. */
  known?(): Promise<Known>;
}

export interface Known {
  readonly notes: readonly HeldNote[];
  /** Why they may not be the newest: a clause with a subject. Absent: they are. */
  readonly problem?: string;
}
