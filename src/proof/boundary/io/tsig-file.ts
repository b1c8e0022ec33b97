import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { Fault } from "../../../model/index.ts";
import { parseTsigKey, type TsigKey } from "../tsig.ts";

const LARGEST = 65_536;

/** @throws Fault `config-invalid` for a file that others can read, or without a key for HMAC-SHA256 */
export function loadTsigKey(path: string): TsigKey {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
    throw new Fault("config-invalid", `The TSIG key cannot be read (${code}).`, {
      place: path,
      next: "Correct boundary.tsigKey in portolan.server.yaml, or the file's permissions.",
      cause,
    });
  }
  try {
    const { mode, size } = fstatSync(file);
    if (process.platform !== "win32" && (mode & 0o027) !== 0) {
      throw new Fault(
        "config-invalid",
        `Other users of this machine may read the TSIG key (mode ${(mode & 0o777).toString(8)}).`,
        {
          place: path,
          next: `Take it away from them: chmod 600 ${path}`,
        },
      );
    }
    return parseTsigKey(size > LARGEST ? "" : readFileSync(file, "utf8"), path);
  } finally {
    closeSync(file);
  }
}
