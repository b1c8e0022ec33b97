import { z } from "zod";
import { defineRoute } from "./define-operation.ts";
import { resultOf } from "./fields.ts";

/** The configuration of an installation: the `--json` results of its commands, and the settings of a running server. */

const settingSource = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("option"), name: z.string() }),
  z.object({ kind: z.literal("environment"), name: z.string().describe("the environment variable") }),
  z.object({ kind: z.literal("file"), name: z.string() }),
  z.object({ kind: z.literal("default") }),
]);

const recordPlace = {
  store: z.enum(["embedded", "postgresql"]),
  database: z.string().optional().describe("which PostgreSQL database; absent for the embedded one"),
};

export const databaseResult = resultOf("config-database", {
  remembered: z
    .object({
      ...recordPlace,
      record: z.string().optional().describe("the name of the record in it; absent: it was not opened yet"),
      generation: z.int().min(1).optional().describe("1 for the original, one more for each restore"),
    })
    .optional()
    .describe("the database that holds the record of this home; absent: no command has opened one yet"),
  superseded: z
    .array(z.object({ ...recordPlace, at: z.iso.datetime() }))
    .describe("databases whose record was restored into another one"),
});

export const configResult = resultOf("config", {
  file: z.string().optional().describe("the configuration file that was read, if one exists"),
  settings: z.array(
    z.object({
      key: z.string().describe("its path in the file, e.g. server.port"),
      value: z
        .union([z.string(), z.number(), z.boolean(), z.array(z.string())])
        .optional()
        .describe("absent: not set. A secret shows only (set)"),
      secret: z.boolean(),
      source: settingSource,
    }),
  ),
  warnings: z.array(z.string()),
});

export const configCheckResult = resultOf("config-check", {
  ok: z.boolean(),
  file: z.string().optional(),
  scope: z
    .object({ name: z.string(), targets: z.int(), assets: z.int() })
    .optional()
    .describe("portolan.yaml; absent: it has problems"),
  baselines: z
    .array(z.object({ file: z.string(), authorizedPorts: z.int() }))
    .optional()
    .describe("files of port baselines that were read without problems"),
  problems: z.array(z.string()).describe("place: the problem; how to fix it"),
  warnings: z.array(z.string()),
});

export type DatabaseResult = z.infer<typeof databaseResult>;
export type ConfigResult = z.infer<typeof configResult>;
export type ConfigCheckResult = z.infer<typeof configCheckResult>;

export const configExample: ConfigResult = {
  schema: "portolan.config/1",
  file: "portolan.server.yaml",
  settings: [
    { key: "server.port", value: 4600, secret: false, source: { kind: "default" } },
    { key: "database.url", value: "(set)", secret: true, source: { kind: "environment", name: "DATABASE_URL" } },
  ],
  warnings: [],
};

export const configurationOperations = {
  get: defineRoute({
    id: "getConfiguration",
    method: "GET",
    path: "/api/v1/configuration",
    tag: "server",
    summary: "Show the settings that the server runs with, and where each comes from; of a secret only that it is set",
    permission: "metrics:read",
    result: configResult,
    example: { answer: configExample },
  }),
};
