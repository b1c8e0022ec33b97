import type { FastifyInstance } from "fastify";

export interface Route {
  readonly method: string;
  readonly path: string;
}

/** The routes that the router really holds, not those of a list. */
export function routesOf(instance: FastifyInstance): Route[] {
  const found: Route[] = [];
  const prefix: string[] = [];
  for (const line of instance.printRoutes({ commonPrefix: false }).split("\n")) {
    const match = /^([│├└─ ]*)(\/?\S*) \(([A-Z, ]+)\)/.exec(line);
    if (match === null) continue;
    const [, indent = "", part = "", methods = ""] = match;
    const depth = indent.length / 4;
    prefix.length = Math.max(0, depth - 1);
    // The router prints the wildcard of `/a/*` without its slash.
    prefix.push(part === "*" ? "/*" : part);
    for (const method of methods.split(", ")) found.push({ method, path: prefix.join("") });
  }
  return found;
}
