import type { BatchClient } from '../api/client';
import type { CachedFile, ResultCache } from './cache';
import { ResultReader } from './reader';
import type { LinePosition, ResultRow } from './row';
import { addRows, emptySummary, type ResultSummary } from './resultSummary';

export interface ResultFilesHost {
  /** @throws {ApiError} if there is no API key, or the base URL is invalid. */
  readonly client: () => BatchClient;
  readonly cache: ResultCache;
  /** Resolves to the ID of the current account, or undefined if there is none. */
  readonly account: () => Promise<string | undefined>;
  /** Finds the output of a batch. @throws {ApiError} if that fails, or the batch has no output. */
  readonly output: (batchId: string, signal: AbortSignal) => Promise<BatchOutput>;
  /** Whether the batch is known and still running, so that it may get more results. */
  readonly isUnfinished: (batchId: string) => boolean;
}

export interface BatchOutput {
  readonly url: string;
  /** False if the batch may get more results. */
  readonly isFinished: boolean;
}

export interface LoadOptions {
  readonly signal: AbortSignal;
  /** Load from the server even if the file is cached. */
  readonly isFresh?: boolean;
  /** Called with more rows while the file loads. */
  readonly onRows?: (rows: readonly ResultRow[]) => void;
  readonly onProgress?: (bytes: number, totalBytes: number | undefined) => void;
}

/** All results of a batch. */
export interface LoadedResults {
  readonly rows: readonly ResultRow[];
  readonly summary: ResultSummary;
  /** When the file was cached, in milliseconds since 1970. Undefined if it comes from the server. */
  readonly cachedAt: number | undefined;
}

/** Number of bytes to read from a cached file at once, so that rows appear soon and the window stays responsive. */
const pieceBytes = 1 << 20;

/**
 * Loads the result files of batches from the cache or from the server, and caches them. The results of a finished batch
 * do not change (inferred: no change is documented), so a cached file is as good as the one on the server. The results of
 * a running batch are neither cached nor read from the cache, because they are incomplete.
 */
export class ResultFiles {
  constructor(private readonly host: ResultFilesHost) {}

  /** Loads the results of a batch. @throws {ApiError} if that fails; the reason of the signal if it is aborted. */
  async load(batchId: string, options: LoadOptions): Promise<LoadedResults> {
    const { signal, isFresh = false } = options;
    const { client, cache, account, output } = this.host;
    const owner = await account();
    const file = isFresh ? undefined : await this.find(owner, batchId);
    if (file !== undefined) {
      return { ...(await this.read(cachedChunks(file, signal), file.bytes, options)), cachedAt: file.cachedAt };
    }
    const { url, isFinished } = await output(batchId, signal);
    const download = await client().openResults(url, signal);
    try {
      const chunks =
        owner === undefined || !isFinished ? download.chunks : cache.cacheWhileReading(owner, batchId, download);
      return { ...(await this.read(chunks, download.version.totalBytes, options)), cachedAt: undefined };
    } finally {
      download.close();
    }
  }

  /** @returns undefined if the results of the batch are not cached. */
  async cached(batchId: string): Promise<CachedFile | undefined> {
    return this.find(await this.host.account(), batchId);
  }

  /** @returns the whole cached file, or undefined if it is not cached. */
  async content(batchId: string): Promise<Uint8Array | undefined> {
    const file = await this.cached(batchId);
    return file?.read(0, file.bytes);
  }

  /** @returns the raw text of a line of the cached file, or undefined if the file is not cached. */
  async lineText(batchId: string, { start, length }: LinePosition): Promise<string | undefined> {
    const bytes = await (await this.cached(batchId))?.read(start, length);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }

  private async find(owner: string | undefined, batchId: string): Promise<CachedFile | undefined> {
    const { cache, isUnfinished } = this.host;
    return owner === undefined || isUnfinished(batchId) ? undefined : cache.find(owner, batchId);
  }

  private async read(
    chunks: AsyncIterable<Uint8Array>,
    totalBytes: number | undefined,
    { onRows, onProgress }: LoadOptions,
  ): Promise<Omit<LoadedResults, 'cachedAt'>> {
    const reader = new ResultReader();
    const rows: ResultRow[] = [];
    let summary = emptySummary;
    let bytes = 0;
    const add = (more: readonly ResultRow[]): void => {
      for (const row of more) {
        rows.push(row);
      }
      summary = addRows(summary, more);
      if (more.length > 0) {
        onRows?.(more);
      }
    };
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      add(reader.push(chunk));
      onProgress?.(bytes, totalBytes);
    }
    add(reader.end());
    return { rows, summary };
  }
}

async function* cachedChunks(file: CachedFile, signal: AbortSignal): AsyncIterable<Uint8Array> {
  for (let start = 0; start < file.bytes; start += pieceBytes) {
    signal.throwIfAborted();
    const piece = await file.read(start, pieceBytes);
    if (piece === undefined) {
      throw new Error('the cached results were deleted');
    }
    yield piece;
  }
}
