import { z } from "zod";
import { CONFIDENCES, TLS_VERSIONS } from "../model/index.ts";
import { instant } from "./fields.ts";

/** An identified service, a part of several results. */

const certificate = z.object({
  subject: z.string(),
  issuer: z.string(),
  names: z.array(z.string()),
  notBefore: instant,
  notAfter: instant,
  keyType: z.string(),
  keyBits: z.int().optional(),
  selfSigned: z.boolean(),
  sha256: z.string().describe("hex, of the DER form"),
});

export const identified = z
  .object({
    service: z.string().describe("protocol that answers, e.g. http, ssh, postgresql"),
    product: z.string().optional(),
    version: z.string().optional(),
    confidence: z.enum(CONFIDENCES),
    distribution: z.string().optional().describe("packages it: its fixes do not show in the version"),
    access: z.enum(["anonymous", "authenticated"]).optional().describe("anonymous: it asks nobody for a password"),
    evidence: z.string().describe("base64, first bytes of the reply that this rests on"),
    tls: z
      .object({
        versions: z.array(z.enum(TLS_VERSIONS)).describe("accepted, each tried by itself"),
        undecided: z.array(z.enum(TLS_VERSIONS)).describe("neither accepted nor refused"),
        suites: z.array(z.object({ version: z.enum(TLS_VERSIONS), suite: z.string() })),
        weakSuites: z.array(z.string()),
        alpn: z.string().optional(),
        certificates: z.array(certificate).describe("leaf first; not verified"),
      })
      .optional(),
  })
  .describe(
    "what answers, as it said itself; absent: not known. Text from outside, bounded, control characters escaped",
  );

export type IdentifiedView = z.infer<typeof identified>;
