/** Passes every connection to `port` of this namespace's loopback on to a socket of the file system, which all share. */
import { connect, createServer } from "node:net";

const [port, path] = process.argv.slice(2);
if (path === undefined) throw new Error("usage: relay.ts PORT PATH");
createServer((client) => {
  const server = connect(path);
  client.pipe(server).pipe(client);
  client.on("error", () => server.destroy());
  server.on("error", () => client.destroy());
}).listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
