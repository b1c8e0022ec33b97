#!/usr/bin/env node
// Starts the command line on Node 24 or newer, whatever Node the machine has. Plain JavaScript that Node 20 can run.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync, writeSync } from "node:fs";
import module, { createRequire } from "node:module";
import { Socket } from "node:net";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED = 24;
/** Names the descriptor whose end says that the launcher has ended. */
const PIPE = "PORTOLAN_LAUNCHER_PIPE";

try {
  if (Number(process.versions.node.split(".")[0]) >= NEEDED) await start();
  else runOn(ownNode());
} catch (error) {
  endWith(error);
}

async function start() {
  cacheCode();
  const program = findProgram();
  // Runs before anything else is loaded, because it may start this program again with fewer privileges.
  const { dropPrivileges } = await import(program.privileges);
  const pipe = launcherPipe();
  dropPrivileges(resolve(process.env.PORTOLAN_HOME || ".portolan"), process.argv.slice(2), pipe);
  followLauncher(pipe);
  const { main } = await import(program.main);
  await main();
}

/**
 * An error before the command line can report it itself. Node would print its stack and exit with 1, which here means a
 * deviation, or an evidence log that does not verify.
 */
function endWith(error) {
  const fewFiles = error.code === "EMFILE" || error.code === "ENFILE";
  const next = fewFiles ? "ulimit -n 256, and run the command again" : "run the command again with PORTOLAN_DEBUG=1";
  const stack = process.env.PORTOLAN_DEBUG ? `${error.stack}\n` : "";
  try {
    writeSync(2, `error: Portolan cannot start: ${error.message}\n  next: ${next}\n${stack}`);
  } finally {
    process.exit(2);
  }
}

/**
 * Keeps Node's compiled code beside the sources: the next command starts in half the time. Not if root runs the files
 * of another user, who would be left with files that npm cannot remove.
 */
function cacheCode() {
  const place = fileURLToPath(new URL("../node_modules", import.meta.url));
  if (statSync(place, { throwIfNoEntry: false })?.uid !== process.geteuid?.()) return;
  module.enableCompileCache(join(place, ".cache/portolan"));
}

/** The bundle that `npm run build` made, since twenty files start in half the time of a thousand; else the sources. */
function findProgram() {
  const [built, sources] = ["../dist/", "../src/"].map((path) => new URL(path, import.meta.url));
  return isCurrent(fileURLToPath(built), fileURLToPath(sources))
    ? { privileges: `${built}privileges.js`, main: `${built}main.js` }
    : { privileges: `${sources}platform/privileges/index.ts`, main: `${sources}cli/main.ts` };
}

/**
 * Whether the bundle is newer than all its sources. A bundle without sources is an installed package, and cannot
 * change.
 */
function isCurrent(built, sources) {
  const made = changed(`${built}main.js`);
  if (made === undefined || !existsSync(sources)) return made !== undefined;
  return (
    changed(`${sources}../package-lock.json`) <= made &&
    isOlder(sources, made) &&
    isOlder(`${sources}../verifier/`, made)
  );
}

/** Runs for some six hundred files per command, so it normalizes no paths. */
function isOlder(folder, time) {
  if (changed(folder) > time) return false;
  return readdirSync(folder, { withFileTypes: true }).every((entry) => {
    if (entry.isDirectory()) return isOlder(`${folder}${entry.name}/`, time);
    return entry.name.endsWith(".test.ts") || changed(`${folder}${entry.name}`) <= time;
  });
}

/** Time of the last change, in ms since the epoch; undefined if the path does not exist. */
function changed(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/** The binary that the package `node` installed. */
function ownNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("node/package.json"));
    const binary = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    if (existsSync(binary)) return binary;
  } catch {
    // Not installed: reported below.
  }
  console.error(
    `error: Portolan needs Node ${NEEDED} or newer; this is ${process.versions.node}, and its own copy is not installed.`,
  );
  console.error("  next: npm ci (its install scripts must be allowed for the package 'node'), or install Node 24.");
  process.exit(2);
}

/** The descriptor of the pipe to the launcher; none if this process was started without one. */
function launcherPipe() {
  const fd = Number(process.env[PIPE]);
  return Number.isSafeInteger(fd) && fd > 2 ? [fd] : [];
}

/**
 * Ends this process in order, as SIGTERM does, when its launcher has ended: even after SIGKILL, the end of their pipe
 * arrives here.
 */
function followLauncher([fd]) {
  delete process.env[PIPE];
  if (fd === undefined) return;
  try {
    const pipe = new Socket({ fd, readable: true, writable: false });
    pipe.on("error", () => undefined);
    pipe.on("end", () => process.kill(process.pid, "SIGTERM"));
    pipe.resume().unref();
  } catch {
    // Not a pipe: no launcher has set the variable.
  }
}

function runOn(binary) {
  const child = spawn(binary, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "pipe"],
    env: { ...process.env, [PIPE]: "3" },
  });
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
