import { createServer } from "node:http";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const DIST = join(import.meta.dirname, "../../console/dist");
/** As the server sends it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; require-trusted-types-for 'script'";
const TYPES: Readonly<Record<string, string>> = { js: "text/javascript", css: "text/css", woff2: "font/woff2" };

/** Serves the built console, and answers from memory: the browser is measured, not a database. */
export async function serveConsole(
  answers: Readonly<Record<string, object>>,
  pages: Readonly<Record<string, { readonly type: string; readonly text: string }>>,
): Promise<{ readonly origin: string; close(): void }> {
  const texts = new Map(Object.entries(answers).map(([path, answer]) => [path, JSON.stringify(answer)]));
  const index = readFileSync(join(DIST, "index.html"));
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    response.setHeader("content-security-policy", POLICY);
    const answer = texts.get(path);
    const page = pages[path];
    if (answer !== undefined) response.setHeader("content-type", "application/json").end(answer);
    else if (page !== undefined) response.setHeader("content-type", page.type).end(page.text);
    else if (path === "/api/v1/events") response.setHeader("content-type", "text/event-stream").write(":\n\n");
    else if (path.startsWith("/assets/console/")) {
      const file = path.slice("/assets/console/".length).replaceAll("/", "");
      response.setHeader("content-type", TYPES[file.split(".").at(-1) ?? ""] ?? "application/octet-stream");
      response.end(readFileSync(join(DIST, "assets/console", file)));
    } else if (path.startsWith("/api/") || path.startsWith("/session")) response.writeHead(404).end("{}");
    else response.setHeader("content-type", "text/html").end(index);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const ACCOUNT = {
  email: "eve@example.com",
  name: "eve",
  roles: [{ role: "engineer" }],
  permissions: ["record:read"],
  may: ["record:read"],
  secondFactorDue: false,
};
