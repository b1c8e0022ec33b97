import koffi from "koffi";

/**
 * `connections.ts COUNT PORT`: establishes this many TCP connections over loopback, to that port, from an address of
 * its own, and holds both ends of each: two descriptors. Prints their number once they are established, and ends with
 * its standard input. Calls the C library: a hundred thousand sockets of node:net would measure their memory.
 */
const libc = koffi.load(null);
const socket = libc.func("int socket(int domain, int type, int protocol)");
const bind = libc.func("int bind(int fd, const void *address, uint32_t length)");
const listen = libc.func("int listen(int fd, int backlog)");
const connect = libc.func("int connect(int fd, const void *address, uint32_t length)");
const accept = libc.func("int accept(int fd, void *address, void *length)");

const AF_INET = 2;
const SOCK_STREAM = 1;
const AT_ONCE = 100;

function address(last: number, at: number): Uint8Array {
  const bytes = new Uint8Array(16);
  new Uint16Array(bytes.buffer, 0, 1)[0] = AF_INET;
  bytes.set([at >> 8, at & 255, 127, 0, 0, last], 2);
  return bytes;
}

function check(result: unknown, what: string): number {
  if (typeof result !== "number" || result < 0) throw new Error(`${what}: errno ${koffi.errno()}`);
  return result;
}

const [wanted = 0, port = 0] = process.argv.slice(2).map(Number);
const server = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
check(bind(server, address(1, port), 16), "bind");
check(listen(server, 4_096), "listen");

let established = 0;
while (established < wanted) {
  const now = Math.min(AT_ONCE, wanted - established);
  for (let i = 0; i < now; i += 1) {
    const client = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
    check(bind(client, address(1 + port, 0), 16), "bind");
    check(connect(client, address(1, port), 16), "connect");
  }
  for (let i = 0; i < now; i += 1) check(accept(server, null, null), "accept");
  established += now;
}
process.stdout.write(`${established}\n`);
process.stdin.resume().on("end", () => process.exit(0));
