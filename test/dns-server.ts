import { createServer, type AddressInfo, type Server } from "node:net";

/** A name server over TCP. `answer` gets the id of the request; the server closes the connection after it unless it is endless. */
export async function dnsServer(
  answer: (id: number) => Iterable<Uint8Array>,
  { stays = false } = {},
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (request: Buffer) => {
      for (const message of answer(request.readUInt16BE(2))) {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(message.length);
        socket.write(Buffer.concat([length, message]));
      }
      if (!stays) socket.end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => new Promise((closed) => server.close(() => closed())) };
}
