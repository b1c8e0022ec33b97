import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Egress } from "../../../platform/egress/index.ts";
import type { Destination } from "../destination.ts";
import { noteName } from "../note-name.ts";
import { notesIn } from "./note-files.ts";
import { NEWEST, writeNote } from "./to-directory.ts";

const PATIENCE = 60_000;
const PATIENCE_AT_START = 10_000;

export interface GitPlace {
  /** A path, or a URL that git can push to. */
  readonly repository: string;
  readonly branch: string;
}

/**
 * A git repository: one commit for each checkpoint, pushed. The clone in the home holds nothing of its own: each time it
 * is set to what the repository has, so a push that was refused or a crash is repeated from there.
 */
export function toGit({ repository, branch }: GitPlace, home: string, egress: Egress): Destination {
  const clone = join(home, "checkpoints", "git");

  async function git(words: readonly string[], signal?: AbortSignal): Promise<string> {
    const args = [...SAFE, "-C", clone, ...words];
    return await new Promise((resolve, reject) => {
      execFile("git", args, { env: environment(), signal, maxBuffer: 1_048_576 }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (error.code === "ENOENT") reject(new Error("git is not installed", { cause: error }));
        else reject(new Error(lastLine(stderr) ?? error.message, { cause: error }));
      });
    });
  }

  async function update(signal: AbortSignal): Promise<void> {
    const host = hostOf(repository);
    if (host !== undefined) await egress.addressOf(host);
    await mkdir(clone, { recursive: true, mode: 0o700 });
    if (!existsSync(join(clone, ".git"))) await git(["init", "--quiet"], signal);
    const remote = await git(["ls-remote", "--heads", "--", repository, `refs/heads/${branch}`], signal);
    if (remote === "") {
      await git(["checkout", "--quiet", "--orphan", `new-${Date.now().toString(36)}`], signal);
      await git(["rm", "-rf", "--quiet", "--cached", "--ignore-unmatch", "."], signal);
      await git(["clean", "-fdq"], signal);
      return;
    }
    await git(["fetch", "--quiet", "--", repository, `refs/heads/${branch}`], signal);
    await git(["checkout", "--quiet", "--force", "--detach", "FETCH_HEAD"], signal);
    await git(["clean", "-fdq"], signal);
  }

  return {
    name: `git ${withoutPassword(repository)} ${branch}`,
    every: 0,
    async send(checkpoint, stop) {
      const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE)]);
      await update(signal);
      const file = noteName(checkpoint);
      await writeNote(join(clone, file), checkpoint.note);
      if ((await git(["status", "--porcelain", "--", file], signal)) === "") return;
      await git(["add", "--", file], signal);
      await git(
        ["commit", "--quiet", "-m", `Checkpoint of ${checkpoint.origin} over ${checkpoint.size} entries`],
        signal,
      );
      await git(["push", "--quiet", "--", repository, `HEAD:refs/heads/${branch}`], signal);
    },
    async known() {
      // Without the repository, the last state of it that was seen is compared.
      const problem = await update(AbortSignal.timeout(PATIENCE_AT_START)).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error : new Error("unknown error", { cause: error })),
      );
      const notes = existsSync(join(clone, ".git")) ? notesIn(clone, NEWEST) : [];
      if (problem === undefined) return { notes };
      if (notes.length === 0) throw problem;
      return {
        notes,
        problem: `the repository cannot be reached (${problem.message}), so its last known state was read`,
      };
    },
  };
}

/** No hooks, no helpers that run programs, no redirects; the name of the commits is ours. */
const SAFE = [
  ["core.hooksPath", "/dev/null"],
  ["protocol.ext.allow", "never"],
  ["http.followRedirects", "false"],
  ["commit.gpgSign", "false"],
  ["core.autocrlf", "false"],
  ["user.name", "Portolan"],
  ["user.email", "portolan@localhost"],
].flatMap(([name, value]) => ["-c", `${name}=${value}`]);

function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, SSH_AUTH_SOCK, GIT_SSH_COMMAND } = process.env;
  return { PATH, HOME, SSH_AUTH_SOCK, GIT_SSH_COMMAND, GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
}

/** The host of a URL, or of the form `git@host:path`; undefined for a path. */
function hostOf(repository: string): string | undefined {
  if (URL.canParse(repository)) return new URL(repository).hostname.replace(/^\[(.*)\]$/, "$1") || undefined;
  return /^(?:[^@/:]+@)?([^/:@]{2,}):/.exec(repository)?.[1];
}

function withoutPassword(repository: string): string {
  if (!URL.canParse(repository)) return repository;
  return Object.assign(new URL(repository), { password: "" }).href;
}

function lastLine(text: string): string | undefined {
  return text.trim().split("\n").at(-1) || undefined;
}
