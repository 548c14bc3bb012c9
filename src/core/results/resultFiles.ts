import type { BatchClient } from '../api/client';
import type { CachedFile, ResultCache } from './cache';
import { ResultReader } from './reader';
import type { LinePlace, ResultRow } from './row';
import { addRows, noResults, type ResultSummary } from './summary';

export interface ResultFilesHost {
  /** @throws {ApiError} when there can't be one. */
  readonly client: () => BatchClient;
  readonly cache: ResultCache;
  /** The account in use, see `accountOf`; nothing while there is none. */
  readonly account: () => Promise<string | undefined>;
  /** Where the results of a batch are. @throws {ApiError} when that can't be found out, or there are none. */
  readonly output: (batchId: string, signal: AbortSignal) => Promise<BatchOutput>;
  /** More results may come: the batch is known, and has not finished. */
  readonly isUnfinished: (batchId: string) => boolean;
}

export interface BatchOutput {
  readonly url: string;
  /** No more results are known to come. */
  readonly isFinished: boolean;
}

export interface LoadOptions {
  readonly signal: AbortSignal;
  /** Asks the server even where the file is kept. */
  readonly isFresh?: boolean;
  /** More rows, while the file is still arriving. */
  readonly onRows?: (rows: readonly ResultRow[]) => void;
  readonly onProgress?: (bytes: number, totalBytes: number | undefined) => void;
}

/** The results of a batch, all of them. */
export interface LoadedResults {
  readonly rows: readonly ResultRow[];
  readonly summary: ResultSummary;
  /** When the file was kept, where it was read from there and not from the server. */
  readonly cachedAt: number | undefined;
}

/** Bytes that are read of a kept file at a time, so that rows appear and the window stays quick. */
const pieceBytes = 1 << 20;

/**
 * The result files of batches: read from what is kept of them, or else from the server, and kept then. A batch that has
 * ended does not change its results (inferred: none is documented to), so a kept file is as good as the server's, and
 * outlives it. While a batch has not ended, nothing is kept of it and nothing that is kept is used: it would be too short.
 */
export class ResultFiles {
  constructor(private readonly host: ResultFilesHost) {}

  /** @throws {ApiError} when the results can't be had; the signal's reason when aborted. */
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
        owner === undefined || !isFinished ? download.chunks : cache.keepWhileReading(owner, batchId, download);
      return { ...(await this.read(chunks, download.version.totalBytes, options)), cachedAt: undefined };
    } finally {
      download.close();
    }
  }

  /** What is kept of a batch's results, if anything. */
  async cached(batchId: string): Promise<CachedFile | undefined> {
    return this.find(await this.host.account(), batchId);
  }

  /** The whole kept file; nothing where it is not kept. */
  async content(batchId: string): Promise<Uint8Array | undefined> {
    const file = await this.cached(batchId);
    return file?.read(0, file.bytes);
  }

  /** The raw text of a line of the kept file; nothing where it is not kept any more. */
  async lineText(batchId: string, { start, length }: LinePlace): Promise<string | undefined> {
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
    let summary = noResults;
    let bytes = 0;
    const take = (more: readonly ResultRow[]): void => {
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
      take(reader.push(chunk));
      onProgress?.(bytes, totalBytes);
    }
    take(reader.end());
    return { rows, summary };
  }
}

async function* cachedChunks(file: CachedFile, signal: AbortSignal): AsyncIterable<Uint8Array> {
  for (let start = 0; start < file.bytes; start += pieceBytes) {
    signal.throwIfAborted();
    const piece = await file.read(start, pieceBytes);
    if (piece === undefined) {
      throw new Error('the kept results are gone');
    }
    yield piece;
  }
}
