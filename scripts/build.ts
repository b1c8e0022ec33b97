import { cpSync, readdirSync, renameSync, rmSync, utimesSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type * as Rolldown from "rolldown";
import type * as Vite from "vite";

/** Files that the code reads from its own folder. */
const CARRIED = /\.(sql|json|yaml|html|css|js|mjs|typ)$/;
/** Native, or reads files of its own package. The last two are optional for `pg`, and not installed. */
const APART = [/^koffi$/, /^@myriaddreamin\//, /^@electric-sql\/pglite/, "pg-native", "pg-cloudflare"];
/** Modules started by path: the two that bin/portolan.js imports, and a thread. */
const STARTED = {
  main: "cli/main.ts",
  privileges: "platform/privileges/index.ts",
  "judgement/exports/io/pdf-worker": "judgement/exports/io/pdf-worker.ts",
};

/** A third less to read and to decode; names and behaviour stay the same. */
const WITHOUT_BLANKS = { compress: false, mangle: false, codegen: { removeWhitespace: true } } as const;

/** Folders of our own modules: none has side effects when loaded. */
const OWN = ["src", "verifier"];

const root = join(import.meta.dirname, "..");
const sources = join(root, "src");
const dist = join(root, "dist");
/** Built here and then moved as a whole: half a build would pass for a complete one. */
const draft = join(root, "dist.draft");

/** The bundle has no folders: files that code reads from its own folder are where that folder is copied to. */
const besideItself: Rolldown.Plugin = {
  name: "beside-itself",
  transform: {
    filter: { id: /\/src\/.*\.ts$/, code: /import\.meta\.dirname/ },
    handler(code, id) {
      const folder = JSON.stringify(`/${relative(sources, dirname(id))}`);
      return { code: code.replaceAll("import.meta.dirname", `(import.meta.dirname + ${folder})`) };
    },
  },
};

/**
 * Makes dist/ of src/: the same program in some twenty files instead of a thousand, which is half of what starting a
 * command takes. `bin/portolan.js` uses it while no source is newer.
 */
async function build({ rolldown }: typeof Rolldown): Promise<void> {
  const begun = new Date();
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(Object.entries(STARTED).map(([name, path]) => [name, join(sources, path)])),
    platform: "node",
    external: APART,
    plugins: [besideItself],
    checks: { ineffectiveDynamicImport: false },
    // Of an index.ts, only its used exports are bundled, with their dependencies.
    treeshake: { moduleSideEffects: (id) => !OWN.some((folder) => id.startsWith(`${root}/${folder}/`)) },
  });
  rmSync(draft, { recursive: true, force: true });
  for (const path of readdirSync(sources, { recursive: true, encoding: "utf8" })) {
    if (CARRIED.test(path)) cpSync(join(sources, path), join(draft, path));
  }
  await bundle.write({ dir: draft, comments: false, minify: WITHOUT_BLANKS });
  // A source edited while it was being read is newer than the bundle.
  utimesSync(join(draft, "main.js"), begun, begun);
  rmSync(dist, { recursive: true, force: true });
  renameSync(draft, dist);
}

/** The console, of console/src: into console/dist, from where the server reads it. */
async function buildConsole({ build: bundle }: typeof Vite): Promise<void> {
  await bundle({ configFile: join(root, "console/vite.config.ts"), logLevel: "warn" });
}

/** Without the development packages (`npm ci --omit=dev`) installing still has to succeed. */
async function installed<Bundler>(load: () => Promise<Bundler>): Promise<Bundler | undefined> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    if (process.env["npm_lifecycle_event"] !== "prepare") throw error;
    return undefined;
  }
}

const rolldownInstalled = await installed(() => import("rolldown"));
if (rolldownInstalled === undefined) {
  process.stdout.write("not built, as rolldown is not installed: commands run from src/\n");
} else await build(rolldownInstalled);
const viteInstalled = await installed(() => import("vite"));
if (viteInstalled === undefined) process.stdout.write("console not built, as vite is not installed\n");
else await buildConsole(viteInstalled);
