import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The server's own address in development: `portolan start`, then `npm run console:dev`. */
const SERVER = "http://127.0.0.1:4600";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: join(import.meta.dirname, "dist"),
    emptyOutDir: true,
    target: "es2023",
    assetsDir: "assets/console",
    // The policy admits no inline script, and fonts from the server only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
  },
  server: { proxy: { "/api": SERVER, "/session": SERVER } },
});
