import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";

/**
 * Runs inside a host's namespace. Reads `{"open": port}` and `{"close": port}`, one per line, and answers each with
 * `{"done": port}` or `{"failed": port, "why": text}`. Ends when its input does.
 */
const servers = new Map<number, { server: Server; sockets: Set<Socket> }>();

function answer(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function open(port: number): void {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  });
  server.on("error", (error) => answer({ failed: port, why: error.message }));
  server.listen({ port, host: process.argv[2], backlog: 4096 }, () => {
    servers.set(port, { server, sockets });
    answer({ done: port });
  });
}

function close(port: number): void {
  const held = servers.get(port);
  if (held === undefined) {
    answer({ failed: port, why: "not open" });
    return;
  }
  servers.delete(port);
  for (const socket of held.sockets) socket.destroy();
  held.server.close(() => answer({ done: port }));
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const command = JSON.parse(line) as { open?: number; close?: number };
    if (command.open !== undefined) open(command.open);
    if (command.close !== undefined) close(command.close);
  })
  .on("close", () => process.exit(0));
