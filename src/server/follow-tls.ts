import type { TlsFiles, TlsIdentity } from "./tls.ts";
import { readTls } from "./tls.ts";

export interface FollowTls {
  readonly files: TlsFiles;
  /** What the server uses now. */
  readonly identity: TlsIdentity;
  /** Milliseconds between looks at the files. */
  readonly every: number;
  /** Takes a new certificate into use. */
  readonly onChange: (identity: TlsIdentity) => Promise<void>;
  /** The files changed into something that cannot be used: what is in use stays. Told once for each such problem. */
  readonly onProblem: (problem: unknown) => void;
}

/**
 * Reads the files again and again, so that a renewed certificate is used without a restart. By their content rather
 * than by events: certificates are renewed through symbolic links, mounts and renames, for which systems send different
 * ones or none. A certificate that came before its key does not fit it yet, and is tried again.
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
      // Whoever copies a file leaves half of it there for a moment: said when the next look finds the same.
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
