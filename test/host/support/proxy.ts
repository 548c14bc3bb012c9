import * as http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A proxy on loopback, as a company has one. */
export interface TestProxy {
  readonly url: string;
  /** What it was asked for: `CONNECT host:port`, or `GET http://...`. */
  readonly requests: readonly string[];
  /** The headers of these requests. */
  readonly headers: readonly http.IncomingHttpHeaders[];
  readonly stop: () => Promise<void>;
}

export interface TestProxyOptions {
  /** Where it sends `http:` requests on to, whatever host they name. */
  readonly origin?: string;
  /** What it answers to CONNECT: it lets nobody through. Default 502. */
  readonly connectStatus?: number;
}

export async function startProxy({ origin, connectStatus = 502 }: TestProxyOptions = {}): Promise<TestProxy> {
  const requests: string[] = [];
  const headers: http.IncomingHttpHeaders[] = [];
  const sockets = new Set<Socket>();
  const server = http.createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    headers.push(request.headers);
    const { pathname, search } = new URL(request.url ?? '/', 'http://proxy.test');
    if (origin === undefined) {
      response.writeHead(502).end();
      return;
    }
    const onward = http.request(`${origin}${pathname}${search}`, { headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end();
  });
  server.on('connect', (request, socket) => {
    requests.push(`CONNECT ${request.url ?? ''}`);
    headers.push(request.headers);
    socket.on('error', () => undefined);
    socket.end(`HTTP/1.1 ${connectStatus} Not let through\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    headers,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) {
          socket.destroy();
        }
      }),
  };
}
