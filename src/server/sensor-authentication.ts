import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Permission, SensorGateway, SignedRequest } from "../contract/index.ts";
import { Fault } from "../model/index.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The sensor that signed the request; undefined for every other caller. */
    sensor: number | undefined;
  }
}

/**
 * Authenticates a sensor's request before its body is read, or throws a fault with the reason. An enrolment has its key
 * in the body and is verified there, so this only checks that it is signed at all.
 */
export async function admitSensor(
  gateway: SensorGateway,
  request: FastifyRequest,
  permission: Permission,
): Promise<Fault | undefined> {
  const signed = signedParts(request);
  if (signed.signature === undefined || signed.signatureInput === undefined || signed.contentDigest === undefined) {
    return new Fault("unauthorized", "The request is not signed with a sensor's key.", {
      next: "Report with `portolan sensor`; to read about sensors, use GET /api/v1/sensors.",
    });
  }
  if (permission === "sensor:enrol") return undefined;
  try {
    request.sensor = await gateway.admit(signed);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

export function signedParts(request: FastifyRequest): SignedRequest {
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    method: request.method,
    path: request.url.split("?", 1)[0] ?? "",
    contentDigest: header("content-digest"),
    signatureInput: header("signature-input"),
    signature: header("signature"),
  };
}

/** Whether the body matches the signed digest (RFC 9530). */
export function isSignedBody(request: FastifyRequest, body: Uint8Array): boolean {
  return signedParts(request).contentDigest === `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
}

function refuse(): Promise<never> {
  return Promise.reject(
    new Fault("unauthorized", "This server does not accept sensor reports.", { next: "Use another server." }),
  );
}

/** For a server without a record to store reports in. */
export const NO_SENSORS: SensorGateway = { admit: refuse, enrol: refuse, report: refuse };
