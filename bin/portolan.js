#!/usr/bin/env node
// Starts the command line on Node 24 or newer, whatever Node the machine has. Plain JavaScript that Node 20 can run.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import module, { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED = 24;

if (Number(process.versions.node.split(".")[0]) >= NEEDED) {
  cacheCode();
  const program = findProgram();
  // Before anything else is loaded, as it may begin this very program again with fewer rights.
  const { dropPrivileges } = await import(program.privileges);
  dropPrivileges(resolve(process.env.PORTOLAN_HOME || ".portolan"), process.argv.slice(2));
  const { main } = await import(program.main);
  await main();
} else {
  runOn(ownNode());
}

/**
 * Keeps what Node makes of the sources, beside them: the next command starts in half the time. Not for a root whose
 * files these are not, who would leave the owner files that npm cannot remove.
 */
function cacheCode() {
  const place = fileURLToPath(new URL("../node_modules", import.meta.url));
  if (statSync(place, { throwIfNoEntry: false })?.uid !== process.geteuid?.()) return;
  module.enableCompileCache(join(place, ".cache/portolan"));
}

/** What `npm run build` made of the sources, as a thousand files in twenty start in half the time; else the sources. */
function findProgram() {
  const [built, sources] = ["../dist/", "../src/"].map((path) => new URL(path, import.meta.url));
  return isCurrent(fileURLToPath(built), fileURLToPath(sources))
    ? { privileges: `${built}privileges.js`, main: `${built}main.js` }
    : { privileges: `${sources}platform/privileges/index.ts`, main: `${sources}cli/main.ts` };
}

/** Whether nothing that it was made of is newer. What has no sources with it is a package, and cannot change. */
function isCurrent(built, sources) {
  const made = changed(`${built}main.js`);
  if (made === undefined || !existsSync(sources)) return made !== undefined;
  return (
    changed(`${sources}../package-lock.json`) <= made &&
    isOlder(sources, made) &&
    isOlder(`${sources}../verifier/`, made)
  );
}

/** Asked of some six hundred files with each command, so no path is normalized for it. */
function isOlder(folder, time) {
  if (changed(folder) > time) return false;
  return readdirSync(folder, { withFileTypes: true }).every((entry) => {
    if (entry.isDirectory()) return isOlder(`${folder}${entry.name}/`, time);
    return entry.name.endsWith(".test.ts") || changed(`${folder}${entry.name}`) <= time;
  });
}

/** When, in ms since the epoch; undefined where there is nothing. */
function changed(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/** The binary that the package `node` brought. */
function ownNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("node/package.json"));
    const binary = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    if (existsSync(binary)) return binary;
  } catch {
    // Not installed: said below.
  }
  console.error(
    `error: Portolan needs Node ${NEEDED} or newer; this is ${process.versions.node}, and the one it brings is not installed.`,
  );
  console.error("  next: npm ci (its install scripts must be allowed for the package 'node'), or install Node 24.");
  process.exit(2);
}

function runOn(binary) {
  const child = spawn(binary, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`error: ${binary} cannot be started: ${error.message}`);
    console.error("  next: npm ci");
    process.exit(2);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 2);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
