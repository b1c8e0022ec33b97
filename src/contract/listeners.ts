import { z } from "zod";
import type { transport } from "./fields.ts";

/** A listening socket of this machine, part of several results. */

export const listener = z.object({
  process: z.string().optional().describe("the listening process, if this machine can determine it"),
  pid: z.int().optional(),
  user: z.string().optional().describe("owner of the socket"),
  executable: z.string().optional().describe("path in the process's own view of the file system"),
  unit: z.string().optional().describe("the systemd unit"),
  container: z.string().optional().describe("first twelve digits of the container's id, or its name"),
  bind: z
    .enum(["any", "loopback", "private", "specific"])
    .optional()
    .describe("bind scope of the socket: any address, or how far its address can be reached from"),
});

export type ListenerView = z.infer<typeof listener>;
/** A listener of this machine, with its address and port. */
export type ListeningView = ListenerView & { transport: z.infer<typeof transport>; address: string; port: number };
