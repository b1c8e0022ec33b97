import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { FastifyInstance, FastifyReply } from "fastify";
import { Fault } from "../../model/index.ts";
import { requires } from "../route-shapes.ts";
import type { RouteDeps } from "./route-deps.ts";
import { labelled } from "./synthetic-label.ts";

/**
 * Resources from this server only, no inline script or style, no frames, and no text that becomes HTML: text from others
 * cannot act in a page.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/** The built console: console/dist, seen from src/server/routes and from the same folder of the build. */
const FOLDER = join(import.meta.dirname, "../../../console/dist");

/** The first part of each address that is a page; the page itself decides what is shown. */
const PAGES = [
  "",
  "sign-in",
  "welcome",
  "account",
  "scope",
  "sensors",
  "people",
  "settings",
  "retention",
  "findings",
  "map",
  "time",
  "assets",
  "endpoints",
  "sweeps",
  "evidence",
  "continuity",
  "audit",
  "baseline",
];

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".woff2": "font/woff2",
  ".svg": "image/svg+xml",
};

/** Serves the built console. Its files hold no data: the pages request what they show. */
export function addConsole(server: FastifyInstance, { synthetic }: Pick<RouteDeps, "synthetic">): void {
  const options = { ...requires("session:begin"), schema: { hide: true } };
  const text = readPage();
  const page = labelled(text ?? NOT_BUILT, synthetic);
  const sendPage = (reply: FastifyReply): FastifyReply =>
    reply
      .header("content-security-policy", POLICY)
      .header("cache-control", "no-store")
      .header("referrer-policy", "no-referrer")
      .type("text/html; charset=utf-8")
      .send(page);
  for (const path of PAGES) {
    server.get(`/${path}`, options, (_request, reply) => sendPage(reply));
    if (path !== "") server.get(`/${path}/*`, options, (_request, reply) => sendPage(reply));
  }
  const assets = text === undefined ? new Map<string, Asset>() : readAssets();
  server.get<{ Params: { file: string } }>("/assets/console/:file", options, (request, reply) => {
    const asset = assets.get(request.params.file);
    if (asset === undefined) {
      throw new Fault("not-found", "The console has no such file.", { next: "Reload the page: Portolan was updated." });
    }
    // The name holds a hash of the content.
    reply.header("cache-control", "public, max-age=31536000, immutable").header("vary", "accept-encoding");
    reply.type(asset.type);
    if (asset.packed === undefined || !/\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) {
      return reply.send(asset.bytes);
    }
    return reply.header("content-encoding", "gzip").send(asset.packed);
  });
}

interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  /** Absent: compressed already. */
  readonly packed: Buffer | undefined;
}

function readAssets(): Map<string, Asset> {
  const folder = join(FOLDER, "assets/console");
  return new Map(
    readdirSync(folder).flatMap((name) => {
      const type = TYPES[extname(name)];
      if (type === undefined) return [];
      const bytes = readFileSync(join(folder, name));
      const packed = extname(name) === ".woff2" ? undefined : gzipSync(bytes, { level: 9 });
      return [[name, { type, bytes, packed }] as const];
    }),
  );
}

function readPage(): string | undefined {
  const path = join(FOLDER, "index.html");
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
  <title>Portolan</title>
  <h1>The console is not built</h1>
  <p>Next: run <code>npm run build</code> in the folder of Portolan, and start it again.</p>
</html>
`;
