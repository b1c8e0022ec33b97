import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * The secret of this home that signs cookies and encrypts the secrets of authenticator apps: 32 random bytes in
 * `keys/sessions`, mode 0600. A database alone, for example from a backup, signs nobody in. If the file is lost,
 * everybody has to sign in again and to set up their codes again.
 */
export async function homeSecret(home: string): Promise<string> {
  const path = join(home, "keys", "sessions");
  const present = await read(path);
  if (present !== undefined) return present;
  await mkdir(join(home, "keys"), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(`${randomBytes(32).toString("base64url")}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    // Linked into place when complete: two concurrent first starts agree on one secret.
    await link(draft, path).catch(() => undefined);
  } finally {
    await rm(draft, { force: true });
  }
  const made = await read(path);
  if (made === undefined) throw new Error(`${path} could not be made`);
  return made;
}

async function read(path: string): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  });
  return text.trim() === "" ? undefined : text.trim();
}
