import { z } from "zod";

/** Fields that users, keys and sessions have. */

export const personInstant = z.iso.datetime({ offset: true }).describe("RFC 3339, UTC");

export const words = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, "control characters are not allowed");

export const email = z.email().max(200).toLowerCase();

const id = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{C}+$/u, "nothing that does not show is allowed");

export const personParams = z.strictObject({ id });

export const ofUserQuery = z.strictObject({
  all: z
    .enum(["true"])
    .transform(() => true)
    .optional()
    .describe("everybody's, for who may read users; absent: one's own"),
});

/** Who asks for what belongs to others has to be somebody who may read users. */
export const furtherForAll = {
  when: ({ all }: Readonly<Record<string, unknown>>) => all === true,
  permission: "users:read",
  what: "What belongs to others",
  next: "Leave out all, to see your own.",
} as const;
