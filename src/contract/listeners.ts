import { z } from "zod";
import type { transport } from "./fields.ts";

/** A listening socket of this machine, a part of several results. */

export const listener = z.object({
  process: z.string().optional().describe("listening process, where this machine can tell"),
  pid: z.int().optional(),
  user: z.string().optional().describe("owner of the socket"),
  executable: z.string().optional().describe("path, as the process sees it"),
  unit: z.string().optional().describe("of systemd"),
  container: z.string().optional().describe("first twelve digits of its number, or its name"),
  bind: z
    .enum(["any", "loopback", "private", "specific"])
    .optional()
    .describe("what the socket is bound to: any address, or one that is reachable from there"),
});

export type ListenerView = z.infer<typeof listener>;
/** A listener of this machine, and where it listens. */
export type ListeningView = ListenerView & { transport: z.infer<typeof transport>; address: string; port: number };
