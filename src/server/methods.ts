import type { FastifyInstance } from "fastify";

/** The methods that each path supports, for responses to other methods (RFC 9110 section 15.5.6). */
export function methodsByPath(server: FastifyInstance): (path: string) => string[] {
  const routes: { readonly pattern: RegExp; readonly method: string }[] = [];
  server.addHook("onRoute", ({ url, method }) => {
    const pattern = new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/:\w+/g, "[^/]+")}$`);
    for (const each of Array.isArray(method) ? method : [method]) routes.push({ pattern, method: each });
  });
  return (path) => routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
}
