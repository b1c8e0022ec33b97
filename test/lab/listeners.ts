import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface Listeners {
  open(port: number): Promise<void>;
  close(port: number): Promise<void>;
  end(): Promise<void>;
}

interface Answer {
  done?: number;
  failed?: number;
  why?: string;
}

/** Real listening sockets in a namespace, in a process of their own that opens and closes them on request. */
export function startListeners(namespace: string, anyAddress: string): Listeners {
  const script = join(import.meta.dirname, "listener.ts");
  const child = spawn("ip", ["netns", "exec", namespace, process.execPath, script, anyAddress], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();

  async function ask(command: object): Promise<void> {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error(`the listeners in ${namespace} ended`);
    const answer = JSON.parse(value) as Answer;
    if (answer.failed !== undefined) throw new Error(`port ${answer.failed} in ${namespace}: ${answer.why}`);
  }

  /** One request at a time, so that each answer belongs to its request. */
  function inTurn(command: object): Promise<void> {
    const turn = last.then(() => ask(command));
    last = turn.catch(() => undefined);
    return turn;
  }

  return {
    open: (port) => inTurn({ open: port }),
    close: (port) => inTurn({ close: port }),
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}
