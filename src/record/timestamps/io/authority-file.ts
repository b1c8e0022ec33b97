import type { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { Fault } from "../../../model/index.ts";
import { certificatesIn } from "../chain.ts";

/**
 * The certificates of the authorities in a PEM file.
 *
 * @throws Fault `config-invalid` if it cannot be read or has no certificate
 */
export function loadAuthorities(path: string): readonly X509Certificate[] {
  const certificates = certificatesIn(textOf(path));
  if (certificates !== undefined && certificates.length > 0) return certificates;
  throw new Fault("config-invalid", "The file of the timestamping authority has no certificate that can be read.", {
    place: path,
    next: "Put the certificate of the root in PEM there, as the timestamping authority publishes it.",
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new Fault("config-invalid", `The certificates of the timestamping authority cannot be read (${code}).`, {
      place: path,
      next: "Correct timestamps.authorities in portolan.server.yaml, or the file's permissions.",
      cause: error,
    });
  }
}
