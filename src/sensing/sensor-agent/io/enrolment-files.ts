import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../../model/index.ts";
import type { ServerTrust } from "./server-line.ts";
import { makeOwnDirectory, ownFileError, readIfThere } from "./own-files.ts";

/** The enrolment as the sensor stores it. */
export interface Enrolled {
  readonly server: string;
  readonly sensor: number;
  readonly name: string;
  readonly trust: ServerTrust;
}

const REPLACE = "Revoke the sensor, remove the directory sensor from PORTOLAN_HOME, and enrol it again.";
const KEY = "key.pem";
const ENROLMENT = "enrolment.json";

/** The sensor's own key, made at the first call. It never leaves the machine; only its user can read it. */
export function loadOrCreateSensorKey(folder: string): KeyObject {
  makeOwnDirectory(folder);
  const path = join(folder, KEY);
  const text = readIfThere(path);
  if (text === undefined) {
    const { privateKey } = generateKeyPairSync("ed25519");
    writeWhole(path, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
    return privateKey;
  }
  if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) {
    throw new Fault("unauthorized", "The sensor's key can be read by other users of this machine.", {
      place: path,
      next: REPLACE,
    });
  }
  const key = attempt(() => createPrivateKey(text));
  if (key?.asymmetricKeyType === "ed25519") return key;
  throw new Fault("unauthorized", "The sensor's key file holds no Ed25519 key.", {
    place: path,
    next: REPLACE,
  });
}

export function readEnrolment(folder: string): Enrolled | undefined {
  const path = join(folder, ENROLMENT);
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const value = attempt(() => JSON.parse(text) as Partial<Enrolled>);
  if (typeof value?.server !== "string" || typeof value.sensor !== "number" || typeof value.name !== "string") {
    throw new Fault("config-invalid", "The sensor's enrolment cannot be read.", {
      place: path,
      next: REPLACE,
    });
  }
  return { server: value.server, sensor: value.sensor, name: value.name, trust: value.trust ?? {} };
}

export function writeEnrolment(folder: string, enrolled: Enrolled): void {
  writeWhole(join(folder, ENROLMENT), `${JSON.stringify(enrolled, undefined, 2)}\n`);
}

function writeWhole(path: string, text: string): void {
  const draft = `${path}.new`;
  try {
    const file = openSync(draft, "w", 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    throw ownFileError(error, path);
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
