import { BatchClient } from '../../src/core/api/client';
import type { Download } from '../../src/core/api/http/download';
import { Http } from '../../src/core/api/http/http';
import type { Clock } from '../../src/core/common/clock';
import { nodeTransport } from '../../src/platform/nodeTransport';
import type { Simulator } from '../simulator/simulator';
import { RecordingLog } from '../unit/support/recordingLog';

/** Shorter delays are before a retry, longer ones are timeouts. */
const maxRetryDelayMs = 10_000;

/** A clock on which delays before a retry end immediately, and timeouts end when the test says so. */
export class ImpatientClock implements Clock {
  readonly #timeouts = new Set<() => void>();
  #time = Date.UTC(2026, 2, 10, 12);

  now(): number {
    return this.#time;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    if (delayMs > maxRetryDelayMs) {
      this.#timeouts.add(callback);
      return () => this.#timeouts.delete(callback);
    }
    const soon = setImmediate(() => {
      this.#time += delayMs;
      callback();
    });
    return () => clearImmediate(soon);
  }

  /** Whether a timeout is running. */
  get isWaiting(): boolean {
    return this.#timeouts.size > 0;
  }

  /** Ends all timeouts, as if the server had been silent. */
  endTimeouts(): void {
    for (const callback of [...this.#timeouts]) callback();
  }
}

/** The client of the extension, connected to a simulator over real HTTP. */
export function ownClient(simulator: Simulator) {
  const clock = new ImpatientClock();
  const log = new RecordingLog();
  const http = new Http({ fetch: nodeTransport, clock, random: () => 0.5, log, redact: (text) => text });
  return { clock, log, http, client: new BatchClient(http, simulator.url, 'test-key', log) };
}

/** Reads a download to its end. */
export async function bytesOf(download: Download): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of download.chunks) chunks.push(chunk);
  return Buffer.concat(chunks);
}
