import { z } from "zod";
import { CONFIDENCES, TLS_VERSIONS } from "../model/index.ts";
import { instant } from "./fields.ts";

/** An identified service, part of several results. */

const certificate = z.object({
  subject: z.string(),
  issuer: z.string(),
  names: z.array(z.string()),
  notBefore: instant,
  notAfter: instant,
  keyType: z.string(),
  keyBits: z.int().optional(),
  selfSigned: z.boolean(),
  sha256: z.string().describe("hex digest of the DER encoding"),
});

export const identified = z
  .object({
    service: z.string().describe("the protocol, e.g. http, ssh, postgresql"),
    product: z.string().optional(),
    version: z.string().optional(),
    confidence: z.enum(CONFIDENCES),
    distribution: z
      .string()
      .optional()
      .describe("the distribution that packages it, whose fixes do not change the version"),
    access: z.enum(["anonymous", "authenticated"]).optional().describe("anonymous: no password is needed"),
    evidence: z.string().describe("base64, first bytes of the reply that the identification rests on"),
    tls: z
      .object({
        versions: z.array(z.enum(TLS_VERSIONS)).describe("accepted versions, each tried separately"),
        undecided: z.array(z.enum(TLS_VERSIONS)).describe("versions that were neither accepted nor refused"),
        suites: z.array(z.object({ version: z.enum(TLS_VERSIONS), suite: z.string() })),
        weakSuites: z.array(z.string()),
        alpn: z.string().optional(),
        certificates: z.array(certificate).describe("leaf first; not verified"),
      })
      .optional(),
  })
  .describe(
    "the service as identified from its own replies; absent: not known. Text from the network, bounded, control characters escaped",
  );

export type IdentifiedView = z.infer<typeof identified>;
