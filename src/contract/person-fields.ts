import { z } from "zod";
import { isVisible } from "../model/index.ts";

/** Fields that users, keys and sessions share. */

export const personInstant = z.iso.datetime({ offset: true }).describe("RFC 3339, UTC");

/** A name of a person or key, as screens and the record show it. */
export const words = (max: number) =>
  z.string().trim().min(1).max(max).refine(isVisible, "a name shows at least one character, and none is invisible");

export const email = z.email().max(200).toLowerCase();

const id = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{C}+$/u, "invisible characters are not allowed");

export const personParams = z.strictObject({ id });

export const ofUserQuery = z.strictObject({
  all: z
    .enum(["true"])
    .transform(() => true)
    .optional()
    .describe("those of all users, which needs the permission users:read; absent: one's own"),
});

/** Requests for other users' sessions or keys need the permission to read users. */
export const furtherForAll = {
  when: ({ all }: Readonly<Record<string, unknown>>) => all === true,
  permission: "users:read",
  what: "Reading the sessions and keys of other users",
  next: "Leave out `all` to see your own.",
} as const;
