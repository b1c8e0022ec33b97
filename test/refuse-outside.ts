import childProcess, { ChildProcess } from "node:child_process";
import dgram from "node:dgram";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { afterEach } from "vitest";

// In the workers of the project `pure`, a test that opens a socket or starts a program fails, however deep in the
// sources that happens. This also applies to tests next to their sources. Such a file has to be named *.lab.test.ts or
// *.db.test.ts.

const refused: Error[] = [];

function refuse(what: string): () => never {
  return () => {
    const error = new Error(
      `A pure test ${what}. Name its file *.lab.test.ts, or *.db.test.ts if it needs a database.`,
    );
    refused.push(error);
    throw error;
  };
}

net.Server.prototype.listen = refuse("listens on a socket");
net.Socket.prototype.connect = refuse("opens a connection");
dgram.Socket.prototype.bind = refuse("opens a datagram socket");
Object.assign(ChildProcess.prototype, { spawn: refuse("starts a program") });
Object.assign(childProcess, {
  spawnSync: refuse("starts a program"),
  execSync: refuse("starts a program"),
  execFileSync: refuse("starts a program"),
});
syncBuiltinESMExports();

afterEach(() => {
  const [first] = refused.splice(0);
  if (first !== undefined) throw first;
});
