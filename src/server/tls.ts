import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { Fault } from "../model/index.ts";

/** The paths of the server's own certificate and key. */
export interface TlsFiles {
  /** PEM: the server's certificate first, then the chain to its authority. */
  readonly certificate: string;
  /** PEM without a passphrase, readable only by its owner and group. */
  readonly key: string;
}

/** A certificate with the key that belongs to it. */
export interface TlsIdentity {
  readonly chain: string;
  readonly key: string;
  /** The server's certificate alone. */
  readonly leaf: X509Certificate;
}

/**
 * Forward secrecy and authenticated encryption only: the suites that RFC 9325 section 4.2 recommends, and all of TLS
 * 1.3.
 */
const SUITES = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
].join(":");

export function secureContextOf(identity: TlsIdentity): SecureContextOptions {
  return {
    cert: identity.chain,
    key: identity.key,
    minVersion: "TLSv1.2",
    ciphers: SUITES,
    honorCipherOrder: true,
  };
}

/**
 * Reads both files and checks that a server can use them.
 *
 * @throws Fault `config-invalid`: a file cannot be read or is not valid, the key is open to others or belongs to
 * another certificate
 */
export async function readTls(files: TlsFiles): Promise<TlsIdentity> {
  await refuseOpenKey(files.key);
  const [chain, key] = [await readPem(files.certificate), await readPem(files.key)];
  const leaf = parsed(files.certificate, "certificate", () => new X509Certificate(chain));
  const own = keyOf(files.key, key);
  if (!leaf.checkPrivateKey(own)) {
    throw new Fault("config-invalid", "The key does not belong to the certificate.", {
      place: files.key,
      next: `Give the key that ${files.certificate} was issued for; the server's certificate comes first in that file.`,
    });
  }
  const identity = { chain, key, leaf };
  parsed(files.certificate, "certificate", () => createSecureContext(secureContextOf(identity)));
  return identity;
}

async function refuseOpenKey(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const { mode } = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if ((mode & 0o027) === 0) return;
  throw new Fault("config-invalid", "The TLS key can be read or replaced by other users of this machine.", {
    place: path,
    next: `chmod 600 ${path}, and replace the key if somebody may have read it.`,
  });
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw unreadable(path, error);
  }
}

function keyOf(path: string, pem: string): KeyObject {
  if (/^-----BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    throw new Fault("config-invalid", "The TLS key is encrypted, and a server cannot enter its passphrase.", {
      place: path,
      next: `Write it without a passphrase to a file that only this user can read: openssl pkey -in ${path} -out server.key`,
    });
  }
  return parsed(path, "private key", () => createPrivateKey(pem));
}

function parsed<T>(path: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Fault("config-invalid", `The file contains no ${what} that can be used (${reason(error)}).`, {
      place: path,
      next: `Give a PEM file with the server's ${what}.`,
      cause: error,
    });
  }
}

function unreadable(path: string, error: unknown): Fault {
  return new Fault("config-invalid", `The file cannot be read (${reason(error)}).`, {
    place: path,
    next: "Check the name of the file, and that the user who runs Portolan can read it.",
    cause: error,
  });
}

/** OpenSSL's error code, which never contains the content of the file. */
function reason(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "not PEM";
}
