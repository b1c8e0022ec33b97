import { z } from "zod";
import { defineRoute } from "./define-operation.ts";
import { resultOf } from "./fields.ts";

export const doctorResult = resultOf("doctor", {
  checks: z.array(
    z.object({
      name: z.string(),
      verdict: z.enum(["ok", "limited", "broken"]),
      detail: z.string(),
      fix: z.string().optional(),
    }),
  ),
});

export type DoctorResult = z.infer<typeof doctorResult>;

export const doctorExample: DoctorResult = {
  schema: "portolan.doctor/1",
  checks: [
    { name: "node", verdict: "ok", detail: "24.21.0" },
    { name: "raw sockets", verdict: "limited", detail: "not allowed", fix: "Grant CAP_NET_RAW." },
  ],
};

export const doctorOperations = {
  get: defineRoute({
    id: "getDoctor",
    method: "GET",
    path: "/api/v1/doctor",
    tag: "server",
    summary: "Check what the server's machine can do, with a fix for everything that it cannot",
    permission: "metrics:read",
    result: doctorResult,
    example: { answer: doctorExample },
  }),
};
