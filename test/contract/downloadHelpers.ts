import { BatchClient } from '../../src/core/api/client';
import type { Download } from '../../src/core/api/http/download';
import { Http } from '../../src/core/api/http/http';
import type { Clock } from '../../src/core/common/clock';
import { nodeTransport } from '../../src/platform/nodeTransport';
import type { Simulator } from '../simulator/simulator';
import { RecordingLog } from '../unit/support/recordingLog';

/** Longer waits than this are limits of silence; shorter ones are before another try. */
const longestRetryMs = 10_000;

/** A clock whose waits before another try are over at once, and whose limits of silence end when a test says so. */
export class ImpatientClock implements Clock {
  readonly #limits = new Set<() => void>();
  #time = Date.UTC(2026, 2, 10, 12);

  now(): number {
    return this.#time;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    if (delayMs > longestRetryMs) {
      this.#limits.add(callback);
      return () => this.#limits.delete(callback);
    }
    const soon = setImmediate(() => {
      this.#time += delayMs;
      callback();
    });
    return () => clearImmediate(soon);
  }

  /** Whether anything is being waited for. */
  get isWaiting(): boolean {
    return this.#limits.size > 0;
  }

  /** The other side was silent for too long. */
  beSilent(): void {
    for (const callback of [...this.#limits]) callback();
  }
}

/** The extension's own client, pointed at a simulator, over real HTTP. */
export function ownClient(simulator: Simulator) {
  const clock = new ImpatientClock();
  const log = new RecordingLog();
  const http = new Http({ fetch: nodeTransport, clock, random: () => 0.5, log, redact: (text) => text });
  return { clock, log, http, client: new BatchClient(http, simulator.url, 'test-key', log) };
}

/** All bytes of a download. */
export async function bytesOf(download: Download): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of download.chunks) chunks.push(chunk);
  return Buffer.concat(chunks);
}
