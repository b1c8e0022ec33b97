import { z } from "zod";
import { defineOperation } from "./define-operation.ts";
import { resultOf } from "./fields.ts";
import { PERMISSIONS, type Permission } from "./permissions.ts";
import { email, furtherForAll, ofUserQuery, personInstant, personParams, words } from "./person-fields.ts";
import { userExample } from "./users.ts";

const PERMISSION_NAMES = Object.keys(PERMISSIONS) as [Permission, ...Permission[]];

const key = z.object({
  id: z.string(),
  name: z.string(),
  user: z.string().describe("the e-mail address of the user it acts for"),
  prefix: z.string().describe("the first characters of the key"),
  permissions: z.array(z.string()),
  createdAt: personInstant,
  expiresAt: personInstant,
  lastUsedAt: personInstant.optional().describe("rounded to the hour"),
  revokedAt: personInstant.optional(),
});

export const keysResult = resultOf("keys", { keys: z.array(key) });

export const keyMadeResult = resultOf("key-made", {
  key,
  secret: z.string().describe("shown only once, and not stored"),
});

export const keyRevokedResult = resultOf("key-revoked", { key });

export const keyBody = z.strictObject({
  name: words(100),
  permissions: z.array(z.enum(PERMISSION_NAMES)).min(1).max(PERMISSION_NAMES.length),
  days: z.int().min(1).max(366).default(90).describe("days until the key expires"),
  user: email.optional().describe("the user it acts for; only the operator can name somebody other than the caller"),
});

export type KeysResult = z.infer<typeof keysResult>;
export type KeyView = z.infer<typeof key>;
export type KeyMadeResult = z.infer<typeof keyMadeResult>;
export type KeyRevokedResult = z.infer<typeof keyRevokedResult>;

export const keyExample: KeyView = {
  id: "c3a7f0d4-9c5e-4f0a-b1b6-3b7e5a8d9e33",
  name: "ci",
  user: userExample.email,
  prefix: "ptl_abcdef",
  permissions: ["record:read"],
  createdAt: "2026-03-14T09:00:00.000Z",
  expiresAt: "2026-06-12T09:00:00.000Z",
};

export const keysExample: KeysResult = { schema: "portolan.keys/1", keys: [keyExample] };

export const keyMadeExample: KeyMadeResult = {
  schema: "portolan.key-made/1",
  key: keyExample,
  secret: "ptl_shown-once",
};

export const keyRevokedExample: KeyRevokedResult = {
  schema: "portolan.key-revoked/1",
  key: { ...keyExample, revokedAt: "2026-03-14T09:00:00.000Z" },
};

export const keyOperations = {
  list: defineOperation({
    id: "listKeys",
    method: "GET",
    path: "/api/v1/keys",
    tag: "people",
    summary: "List one's own API keys, or everybody's; never the keys themselves",
    permission: "account:own",
    further: furtherForAll,
    query: ofUserQuery,
    result: keysResult,
    example: { answer: keysExample },
  }),
  make: defineOperation({
    id: "makeKey",
    method: "POST",
    path: "/api/v1/keys",
    tag: "people",
    summary: "Make an API key; only this response shows it",
    permission: "keys:own",
    body: keyBody,
    result: keyMadeResult,
    problems: [404, 413, 415],
    example: { body: { name: "ci", permissions: ["record:read"], days: 90 }, answer: keyMadeExample },
  }),
  revoke: defineOperation({
    id: "revokeKey",
    method: "DELETE",
    path: "/api/v1/keys/:id",
    tag: "people",
    summary: "Revoke an API key, immediately and permanently",
    permission: "keys:own",
    params: personParams,
    result: keyRevokedResult,
    problems: [404],
    example: { path: { id: keyExample.id }, answer: keyRevokedExample },
  }),
};
