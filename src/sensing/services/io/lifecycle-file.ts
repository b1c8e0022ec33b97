import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { createLifecycle, lifecycleFileSchema, type Lifecycle } from "../lifecycle.ts";

let loaded: Lifecycle | undefined;

/** The end-of-life dates that this version ships with; read once. */
export function shippedLifecycle(): Lifecycle {
  const path = join(import.meta.dirname, "..", "lifecycle.yaml");
  return (loaded ??= createLifecycle(lifecycleFileSchema.parse(parse(readFileSync(path, "utf8")))));
}
