import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived, with its whole body. */
export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

/** Stands before an API and hands everything on as it is, and remembers what was sent: the simulator does not. */
export interface Recorder {
  readonly url: string;
  readonly recorded: readonly Recorded[];
  stop(): Promise<void>;
}

export async function startRecorder(target: string): Promise<Recorder> {
  const recorded: Recorded[] = [];
  const agent = new http.Agent({ keepAlive: false });
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '/', headers } = request;
      const body = Buffer.concat(chunks);
      recorded.push({ method, path: url.replace(/\?.*$/, ''), body });
      const onward = http.request(`${target}${url}`, { method, headers, agent }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on('error', () => response.destroy());
        answer.pipe(response);
      });
      // A connection that breaks off on one side breaks off on the other.
      onward.on('error', () => response.destroy());
      response.on('close', () => {
        if (!response.writableEnded) {
          onward.destroy();
        }
      });
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    recorded,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The parts of a multipart form, by their names. */
export function formOf({ body }: Recorded): ReadonlyMap<string, string> {
  const text = body.toString('utf8');
  const boundary = text.slice(0, text.indexOf('\r\n'));
  const parts = text.split(boundary).slice(1, -1);
  return new Map(
    parts.map((part) => {
      const [head = '', ...rest] = part.slice(2, -2).split('\r\n\r\n');
      return [/name="([^"]*)"/.exec(head)?.[1] ?? '', rest.join('\r\n\r\n')];
    }),
  );
}
