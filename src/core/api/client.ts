import type { Batch } from '../batches/batch';
import type { Log } from '../log';
import { decodeBatch, decodeBatchList } from './decode';
import { ApiError } from './errors';
import type { Http } from './http';

/** Narrows a list on the server. All parts optional; together they must all hold. */
export interface BatchQuery {
  /** One status: the API takes one value in a request. */
  readonly status?: string;
  /** Milliseconds since 1970. */
  readonly createdAfter?: number;
  /** Milliseconds since 1970. */
  readonly createdBefore?: number;
}

/**
 * Whether the API's bounds include the moment itself, and what becomes of fractions of a second, is not documented.
 * So more is asked for than is wanted, and the filter is applied again to what comes.
 */
const boundSlackMs = 1_000;

/**
 * The API documents no paging and no cap for its list, so a capped answer would look like a whole one. A list at least
 * this long is asked for once more from its oldest batch on; in the likely case that costs one answer with one batch.
 */
const shortestCappedList = 20;

/** No list is asked for in more parts than this: a server that always has something new must not hold us for ever. */
const mostParts = 100;

/** Talks to the sync.so Batch API (v2). One object serves one base URL and one key. */
export class BatchClient {
  constructor(
    private readonly http: Pick<Http, 'getJson'>,
    private readonly baseUrl: string,
    private readonly key: string,
    private readonly log: Log,
  ) {}

  /**
   * `GET /v2/batch`: every batch of the key's organization that the query lets through, newest first (documented).
   * @throws {ApiError} when there is no usable answer; the signal's reason when aborted.
   */
  async listBatches(query: BatchQuery, signal: AbortSignal): Promise<Batch[]> {
    const byId = new Map<string, Batch>();
    let createdBefore = query.createdBefore;
    for (let part = 0; part < mostParts; part++) {
      const page = await this.listOnce({ ...query, ...(createdBefore === undefined ? {} : { createdBefore }) }, signal);
      const known = byId.size;
      for (const batch of page) {
        if (!byId.has(batch.id)) {
          byId.set(batch.id, batch);
        }
      }
      const oldest = page.reduce((least, batch) => Math.min(least, batch.createdAt ?? Infinity), Infinity);
      if (byId.size === known || page.length < shortestCappedList || !Number.isFinite(oldest)) {
        break;
      }
      createdBefore = oldest;
    }
    return [...byId.values()];
  }

  /**
   * `GET /v2/batch/{id}`: one batch.
   * @returns nothing when there is no such batch, or it belongs to another organization (404).
   * @throws {ApiError} when there is no usable answer; the signal's reason when aborted.
   */
  async getBatch(id: string, signal: AbortSignal): Promise<Batch | undefined> {
    try {
      const answer = await this.http.getJson(
        `${this.baseUrl}/v2/batch/${encodeURIComponent(id)}`,
        this.headers(),
        signal,
      );
      const batch = decodeBatch(answer);
      if (batch?.id !== id) {
        throw new ApiError('wrongShape', 'the answer is not the batch that was asked for');
      }
      return batch;
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'notFound') {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * The cheapest call that tells whether the key is taken: a list of what was created from now on.
   * @throws {ApiError} `unauthorized` when it is not; others when that can't be told.
   */
  async checkKey(now: number, signal: AbortSignal): Promise<void> {
    await this.listOnce({ createdAfter: now }, signal);
  }

  private async listOnce(query: BatchQuery, signal: AbortSignal): Promise<Batch[]> {
    const answer = await this.http.getJson(`${this.baseUrl}/v2/batch${queryString(query)}`, this.headers(), signal);
    const { batches, skipped } = decodeBatchList(answer);
    if (skipped > 0) {
      this.log.warn(`Left out ${skipped} records of the list that are not batches.`);
    }
    return batches;
  }

  private headers(): Record<string, string> {
    return { 'x-api-key': this.key, accept: 'application/json' };
  }
}

/** The query in the form of the API: `status`, and UTC date-times with `Z`, a second wider than asked for. */
function queryString({ status, createdAfter, createdBefore }: BatchQuery): string {
  const parameters = new URLSearchParams();
  if (status !== undefined) {
    parameters.set('status', status);
  }
  if (createdAfter !== undefined) {
    parameters.set('created_after', new Date(createdAfter - boundSlackMs).toISOString());
  }
  if (createdBefore !== undefined) {
    parameters.set('created_before', new Date(createdBefore + boundSlackMs).toISOString());
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
