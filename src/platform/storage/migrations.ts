import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Migration {
  readonly number: number;
  /** File name without its number and ending. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 (hex) of the file. */
  readonly digest: string;
}

const FILE = /^(\d{4})-([a-z0-9-]+)\.sql$/;

/** The migrations of this version of the code, `NNNN-name.sql`, numbered from 1 without gaps. */
export function readMigrations(directory: string = join(import.meta.dirname, "migrations")): readonly Migration[] {
  const migrations: Migration[] = [];
  for (const file of readdirSync(directory).sort()) {
    const match = FILE.exec(file);
    if (match === null) throw new Error(`${join(directory, file)} is not named NNNN-name.sql`);
    const number = Number(match[1]);
    if (number !== migrations.length + 1)
      throw new Error(`${join(directory, file)} should be number ${migrations.length + 1}`);
    const sql = readFileSync(join(directory, file), "utf8");
    migrations.push({ number, name: match[2] ?? "", sql, digest: createHash("sha256").update(sql).digest("hex") });
  }
  return migrations;
}
