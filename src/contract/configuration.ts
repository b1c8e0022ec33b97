import { z } from "zod";
import { resultOf } from "./fields.ts";

/** What the commands about the configuration print with `--json`. */

const settingSource = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("option"), name: z.string() }),
  z.object({ kind: z.literal("environment"), name: z.string().describe("the variable") }),
  z.object({ kind: z.literal("file"), name: z.string() }),
  z.object({ kind: z.literal("default") }),
]);

export const configResult = resultOf("config", {
  file: z.string().optional().describe("the configuration file that was read, if there is one"),
  settings: z.array(
    z.object({
      key: z.string().describe("as in the file, e.g. server.port"),
      value: z
        .union([z.string(), z.number(), z.boolean(), z.array(z.string())])
        .optional()
        .describe("absent: not set. Of a secret only (set)"),
      secret: z.boolean(),
      source: settingSource,
    }),
  ),
  warnings: z.array(z.string()),
});

export const configCheckResult = resultOf("config-check", {
  ok: z.boolean(),
  file: z.string().optional(),
  problems: z.array(z.string()).describe("place: what is wrong; how to fix it"),
  warnings: z.array(z.string()),
});

export type ConfigResult = z.infer<typeof configResult>;
export type ConfigCheckResult = z.infer<typeof configCheckResult>;
