import type { TlsFiles, TlsIdentity } from "./tls.ts";
import { readTls } from "./tls.ts";

export interface FollowTls {
  readonly files: TlsFiles;
  /** The identity that the server uses now. */
  readonly identity: TlsIdentity;
  /** Milliseconds between two reads of the files. */
  readonly every: number;
  /** Starts using a new certificate. */
  readonly onChange: (identity: TlsIdentity) => Promise<void>;
  /** The changed files cannot be used, so the current certificate stays in use. Called once per such problem. */
  readonly onProblem: (problem: unknown) => void;
}

/**
 * Reads the files at intervals, so that a renewed certificate is used without a restart. It compares their content
 * instead of relying on file events: certificates are renewed through symbolic links, mounts and renames, for which
 * systems send different events or none. A certificate that arrives before its key does not match it yet and is tried
 * again.
 */
export function followTls(deps: FollowTls): { stop(): Promise<void> } {
  let { chain, key } = deps.identity;
  let complaint = "";
  let suspicion = "";
  let looking: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    try {
      const found = await readTls(deps.files);
      complaint = suspicion = "";
      if (found.chain === chain && found.key === key) return;
      await deps.onChange(found);
      ({ chain, key } = found);
    } catch (error) {
      // A file being copied is incomplete for a moment, so a problem is reported only if the next read finds it again.
      const text = String(error);
      if (text === suspicion && text !== complaint) {
        deps.onProblem(error);
        complaint = text;
      }
      suspicion = text;
    }
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    looking = look().finally(() => (busy = false));
  }, deps.every);
  timer.unref();

  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
