import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Origin {
  /** e.g. `http://127.0.0.1:1234` */
  readonly url: string;
  /** Closes the port and every open connection. */
  close(): Promise<void>;
}

/**
 * Listens on the loopback address only.
 * @param port 0 for any free one
 * @throws Error (EADDRINUSE and the like) if the port can't be had
 */
export async function listen(
  port: number,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Origin> {
  const server = createServer(handle);
  // A client may keep a connection for as long as it likes: a server that closes idle ones makes rare, odd failures.
  server.keepAliveTimeout = 0;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  // A server on a port has an address of this kind; only one on a pipe has a text.
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
