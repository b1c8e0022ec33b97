import { setFlagsFromString } from "node:v8";

/**
 * V8 compiles a WebAssembly function a second time, optimized, once it has executed a certain number of bytes. With
 * V8's default (13 million bytes) that affects hundreds of functions of PostgreSQL; the largest alone takes two seconds
 * and 600 MB, and an exiting process waits for it. That never pays off for a brief command. A lasting process compiles
 * only its busiest functions. Call this before the code is first compiled.
 */
export function compileFor(process: "lasting" | "brief"): void {
  if (process === "lasting") return setFlagsFromString("--wasm-tiering-budget=1000000000");
  // The filter admits only the first function, which is always an import and needs no compilation.
  setFlagsFromString("--wasm-tier-up-filter=0");
}
