import { createPrivateKey, generateKeyPairSync, randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { Fault } from "../../../model/index.ts";
import { openFilesLimit, systemFault } from "../../../platform/machine/index.ts";
import { signingKey } from "../checkpoint.ts";
import type { SigningKey } from "../checkpoint.ts";

const FOR_OTHERS = 0o077;
const WRITABLE_BY_OTHERS = 0o022;
/** A PKCS8 Ed25519 key is about 120 bytes. */
const MAX_PEM_BYTES = 64 * 1024;

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

export function syncDirectory(path: string): void {
  if (process.platform === "win32") return;
  const directory = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/**
 * Puts a new key at `path` unless one exists. The link makes it appear complete and only once, whichever of two
 * starting processes is first. A crash before the link leaves a hidden file beside it, with a key that nothing uses.
 */
export function createKey(directory: string, path: string): void {
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
  const temporary = join(directory, `.evidence-${process.pid}-${randomBytes(6).toString("hex")}.pem`);
  const file = openSync(temporary, "wx", 0o600);
  try {
    writeSync(file, pem.toString());
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  } finally {
    unlinkSync(temporary);
  }
  syncDirectory(directory);
}

function readKey(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    const { mode, size } = fstatSync(file);
    if (process.platform !== "win32" && (mode & FOR_OTHERS) !== 0) {
      throw new Fault(
        "config-invalid",
        `Other users of this machine may read or change the key that signs the evidence log (mode ${(mode & 0o777).toString(8)})`,
        {
          place: path,
          next: `Run: chmod 600 ${path}\nIf somebody may have copied the key, their signatures look like those of this log: keep checkpoints elsewhere.`,
        },
      );
    }
    if (size > MAX_PEM_BYTES) return "";
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

function parseKey(pem: string, path: string): SigningKey {
  let key: SigningKey | undefined;
  let cause: unknown;
  try {
    key = signingKey(createPrivateKey(pem));
  } catch (error) {
    cause = error;
  }
  if (key !== undefined) return key;
  throw new Fault(
    "config-invalid",
    "The file that should hold the key of the evidence log is not an Ed25519 private key in PEM",
    {
      place: path,
      next: "Put your copy of the file back: portolan backup leaves it out. Without the key, nothing can be added to the record.",
      cause,
    },
  );
}

/** The key in a file, if it exists. @throws Fault `config-invalid` if others may read it, or it is not a key */
export function keyIn(path: string): SigningKey | undefined {
  const pem = readKey(path);
  return pem === undefined ? undefined : parseKey(pem, path);
}

/** The key of this home, if it has one. Like {@link loadOrCreateKey}, but creates nothing. */
export function keyOfHome(home: string): SigningKey | undefined {
  return keyIn(join(home, "keys", "evidence.pem"));
}

/** Where the key of an installation belongs, in a directory that exists afterwards. */
export function prepareKeyFile(home: string): string {
  const directory = join(home, "keys");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return join(directory, "evidence.pem");
}

/**
 * Stands for the key of a home that has none, beside a log that another key signs: every use of it is refused. A new key
 * could not sign that log either, and would look as if the log had been signed by a stranger.
 */
export function missingKey(home: string): SigningKey {
  const path = join(home, "keys", "evidence.pem");
  const refuse = (): never => {
    throw new Fault("conflict", "This home does not have the key that signs its evidence log", {
      place: path,
      next: "Copy keys/evidence.pem of the installation that created the log here. Until then, the record can be read and verified, but nothing can be added.",
    });
  };
  return {
    get publicKey() {
      return refuse();
    },
    sign: refuse,
  };
}

/**
 * The Ed25519 key that signs this installation's checkpoints: PKCS8 PEM at `<home>/keys/evidence.pem`, file 0600,
 * directory 0700. Created if it is missing; two processes that start at once get the same one. Refuses
 * (`config-invalid`) a key that others may read; `store-unavailable` when the file can be neither read nor written.
 */
export function loadOrCreateKey(home: string): SigningKey {
  const directory = join(home, "keys");
  const path = join(directory, "evidence.pem");
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (process.platform !== "win32" && (statSync(directory).mode & WRITABLE_BY_OTHERS) !== 0) {
      throw new Fault("config-invalid", "Other users of this machine may replace the key that signs the evidence log", {
        place: directory,
        next: `Run: chmod 700 ${directory}`,
      });
    }
    let pem = readKey(path);
    if (pem === undefined) {
      createKey(directory, path);
      pem = readKey(path) ?? "";
    }
    return parseKey(pem, path);
  } catch (error) {
    throw keyFault(error, path);
  }
}

/** The fault for a key file that can be neither read nor written. */
export function keyFault(error: unknown, path: string): unknown {
  if (error instanceof Fault) return error;
  const code = codeOf(error);
  // Neither the directory's fault nor mended by another one.
  if (code === "EMFILE" || code === "ENFILE" || code === "ENOMEM") return systemFault(error, openFilesLimit()) ?? error;
  return new Fault(
    "store-unavailable",
    `The key of the evidence log cannot be read or created (${code ?? "unknown error"})`,
    {
      place: path,
      next: "Make this directory writable for the user that runs Portolan, or set PORTOLAN_HOME to a writable one.",
      cause: error,
    },
  );
}
