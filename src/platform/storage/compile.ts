import { setFlagsFromString } from "node:v8";

/**
 * V8 compiles a WebAssembly function a second time, optimized, once it ran through so many bytes. Of PostgreSQL that is
 * hundreds of functions by V8's own measure (13 million bytes), and the largest alone takes two seconds and 600 MB, which a
 * process that wants to exit waits for. A command that asks a little and ends never has that back. What lasts has the
 * functions compiled that do much. Has to be called before the code is compiled the first time.
 */
export function compileFor(process: "lasting" | "brief"): void {
  if (process === "lasting") return setFlagsFromString("--wasm-tiering-budget=1000000000");
  // A filter lets one function through: the first, which is always an import and nothing to compile.
  setFlagsFromString("--wasm-tier-up-filter=0");
}
