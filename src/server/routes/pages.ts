import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { requires } from "../route-shapes.ts";

/** Resources from this server only, no inline script or style, no frames: text from others cannot act in a page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGES = {
  "/welcome": "welcome.html",
  "/sign-in": "sign-in.html",
  "/account": "account.html",
  "/decide": "decide.html",
} as const;
const ASSETS = {
  "/assets/pages.css": ["pages.css", "text/css; charset=utf-8"],
  "/assets/decide.js": ["decide.js", "text/javascript; charset=utf-8"],
  "/assets/pages.js": ["pages.js", "text/javascript; charset=utf-8"],
} as const;

function sourceOf(file: string): string {
  return readFileSync(join(import.meta.dirname, "../pages", file), "utf8");
}

/** The pages for functions that need a browser. The files hold no data; the pages request what they show. */
export function addPages(server: FastifyInstance): void {
  const options = { ...requires("session:begin"), schema: { hide: true } };
  const head = sourceOf("head.html").trim();
  for (const [path, file] of Object.entries(PAGES)) {
    const text = sourceOf(file).replace("<!-- head.html -->", head);
    server.get(path, options, (_request, reply) =>
      reply
        .header("content-security-policy", POLICY)
        .header("cache-control", "no-store")
        .header("referrer-policy", "no-referrer")
        .type("text/html; charset=utf-8")
        .send(text),
    );
  }
  for (const [path, [file, type]] of Object.entries(ASSETS)) {
    const text = sourceOf(file);
    server.get(path, options, (_request, reply) => reply.header("cache-control", "no-cache").type(type).send(text));
  }
}
