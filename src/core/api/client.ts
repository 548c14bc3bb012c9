import type { Batch } from '../batches/batch';
import type { Log } from '../common/log';
import { isSafeUrl } from '../common/urls';
import { type CostEstimate, decodeCostEstimate, decodeModels } from './resources/catalogue';
import { decodeBatch, decodeBatchList, decodeGeneration, type Generation, isUsableId } from './resources/decode';
import type { Download, DownloadRequest } from './http/download';
import { ApiError } from './http/errors';
import type { Http } from './http/http';
import { batchForm, type BatchInput, decodeCreated, decodeValidation, type Validation } from './resources/createBatch';

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

/**
 * Bytes of a result file that are taken at most. 500 lines are the documented limit of a batch, and a line is about
 * 1 kB; this leaves room for 50,000 lines, and for some that are 10 MB long.
 */
export const maxResultBytes = 256 * 1024 * 1024;

/** Bytes of a video that are taken at most. A batch's videos are up to 30 s long (documented), others up to 30 min. */
export const maxMediaBytes = 16 * 1024 * 1024 * 1024;

/** Talks to the sync.so Batch API (v2). One object serves one base URL and one key. */
export class BatchClient {
  constructor(
    private readonly http: Pick<Http, 'getJson' | 'getText' | 'download' | 'postQuery' | 'postOnce'>,
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
      const { batches: page, skipped } = await this.listOnce(
        { ...query, ...(createdBefore === undefined ? {} : { createdBefore }) },
        signal,
      );
      const known = byId.size;
      for (const batch of page) {
        if (!byId.has(batch.id)) {
          byId.set(batch.id, batch);
        }
      }
      const oldest = page.reduce((least, batch) => Math.min(least, batch.createdAt ?? Infinity), Infinity);
      if (byId.size === known || page.length + skipped < shortestCappedList || !Number.isFinite(oldest)) {
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
    return unlessNotFound(async () => {
      const answer = await this.http.getJson(this.urlOf('batch', id), this.headers(), signal);
      const batch = decodeBatch(answer);
      if (batch?.id !== id) {
        throw new ApiError('wrongShape', 'the answer is not the batch that was asked for');
      }
      return batch;
    });
  }

  /**
   * Opens the result file of a batch: JSON Lines, one line for each request that came to an end (documented). The API
   * answers its URL with a redirect to a signed one on another origin (documented), which holds for a time that is not
   * documented: always start from the batch's own `outputUrl`.
   * @throws {ApiError} `gone` where the file is not kept any more; the other reasons of a download; the signal's reason
   * when aborted.
   */
  openResults(outputUrl: string, signal: AbortSignal): Promise<Download> {
    return this.open({ url: outputUrl, maxBytes: maxResultBytes, signal });
  }

  /**
   * Opens a video by the signed link of its generation. Such links ask for seven days, and may end earlier (documented).
   * @throws {ApiError} `expired`, `gone` or `linkRefused` where a new link may help ({@link renewMedia}); the other
   * reasons of a download; the signal's reason when aborted.
   */
  openMedia(url: string, signal: AbortSignal, resume?: DownloadRequest['resume']): Promise<Download> {
    return this.open({ url, maxBytes: maxMediaBytes, signal, resume });
  }

  /**
   * `GET /v2/generate/{id}`: one generation.
   * @returns nothing when there is no such generation, or it belongs to another organization (404).
   * @throws {ApiError} when there is no usable answer; the signal's reason when aborted.
   */
  async getGeneration(id: string, signal: AbortSignal): Promise<Generation | undefined> {
    return unlessNotFound(async () => {
      const answer = await this.http.getJson(this.urlOf('generate', id), this.headers(), signal);
      const generation = decodeGeneration(answer);
      if (generation?.id !== id) {
        throw new ApiError('wrongShape', 'the answer is not the generation that was asked for');
      }
      return generation;
    });
  }

  /**
   * A new link to the video of a generation, in place of one that is not valid any more: the generation is read again,
   * and where it has no link, or still the old one, `GET /v2/generations/{id}/download` is asked, which answers with
   * nothing but a URL as plain text (documented).
   * @returns the exact text of the link; nothing where the video is gone.
   * @throws {ApiError} when there is no usable answer; the signal's reason when aborted.
   */
  async renewMedia(generationId: string, oldUrl: string, signal: AbortSignal): Promise<string | undefined> {
    const generation = await this.getGeneration(generationId, signal);
    if (generation === undefined) {
      return undefined;
    }
    if (generation.outputUrl !== '' && generation.outputUrl !== oldUrl) {
      return checkedLink(generation.outputUrl);
    }
    return unlessNotFound(async () => {
      const headers = { ...this.headers(), accept: 'text/plain' };
      const answer = await this.http.getText(`${this.urlOf('generations', generationId)}/download`, headers, signal);
      return checkedLink(answer.trim());
    });
  }

  /**
   * The cheapest call that tells whether the key is taken: a list of what was created from now on.
   * @throws {ApiError} `unauthorized` when it is not; others when that can't be told.
   */
  async checkKey(now: number, signal: AbortSignal): Promise<void> {
    await this.listOnce({ createdAfter: now }, signal);
  }

  /**
   * `POST /v2/batch`: makes a batch of a file. Sent once, whatever becomes of it: only a batch that comes back is
   * certain to exist, and only a refusal by the API (4xx but 408) or a connection that was never made
   * (`details.neverConnected`) is certain to have made none.
   * @throws {ApiError} when there is no usable answer; the signal's reason when aborted. Then, too, there may be a batch.
   */
  async createBatch(input: BatchInput, signal: AbortSignal): Promise<Batch> {
    return decodeCreated(await this.submit(input, false, signal));
  }

  /**
   * `POST /v2/batch` with `dry_run`: has the server check a file without making a batch. Whether it looks at the media,
   * and whether plan and limits matter, is not documented. Sent once, like a batch: a server that does not know the
   * field makes one.
   * @throws {ApiError} when there is no usable answer, `badRequest` with the lines that are named where the file is
   * refused; the signal's reason when aborted.
   */
  async validateBatch(input: BatchInput, signal: AbortSignal): Promise<Validation> {
    return decodeValidation(await this.submit(input, true, signal));
  }

  /**
   * `POST /v2/analyze/cost`: what one request would cost; makes and changes nothing on the server, and so is tried again
   * like a read.
   * @param payload the `payload` of a line of a batch file: the body of a request, which is documented to be the same.
   * @throws {ApiError} when there is no usable answer; the signal's reason when aborted.
   */
  async estimateCost(payload: unknown, signal: AbortSignal): Promise<CostEstimate> {
    const url = `${this.baseUrl}/v2/analyze/cost`;
    return decodeCostEstimate(await this.http.postQuery(url, this.headers(), payload, signal));
  }

  /**
   * `GET /v2/models`: the models that this account may use, by the names that requests call them.
   * @throws {ApiError} when there is no usable answer; the signal's reason when aborted.
   */
  async listModels(signal: AbortSignal): Promise<string[]> {
    return decodeModels(await this.http.getJson(`${this.baseUrl}/v2/models`, this.headers(), signal));
  }

  private submit(input: BatchInput, isDryRun: boolean, signal: AbortSignal): Promise<unknown> {
    const { contentType, bytes } = batchForm(input, isDryRun);
    const headers = { ...this.headers(), 'content-type': contentType };
    return this.http.postOnce(`${this.baseUrl}/v2/batch`, headers, bytes, signal);
  }

  private async listOnce(query: BatchQuery, signal: AbortSignal): Promise<{ batches: Batch[]; skipped: number }> {
    const answer = await this.http.getJson(`${this.baseUrl}/v2/batch${queryString(query)}`, this.headers(), signal);
    const { batches, skipped } = decodeBatchList(answer);
    if (skipped > 0) {
      this.log.warn(`Left out ${skipped} records of the list that are not batches.`);
    }
    return { batches, skipped };
  }

  private open(request: Omit<DownloadRequest, 'access'>): Promise<Download> {
    return this.http.download({ ...request, access: { origin: new URL(this.baseUrl).origin, key: this.key } });
  }

  private urlOf(kind: 'batch' | 'generate' | 'generations', id: string): string {
    if (!isUsableId(id)) {
      throw new ApiError('notFound', 'nothing has such an ID');
    }
    return `${this.baseUrl}/v2/${kind}/${encodeURIComponent(id)}`;
  }

  private headers(): Record<string, string> {
    return { 'x-api-key': this.key, accept: 'application/json' };
  }
}

function checkedLink(url: string): string {
  if (!isSafeUrl(url)) {
    throw new ApiError('wrongShape', 'the answer is not a link to a file');
  }
  return url;
}

/**
 * What the read brings; nothing where the API says that there is no such thing (404). One that is not of the API says
 * nothing about it: a gateway that is being set up anew answers so too.
 */
async function unlessNotFound<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'notFound' && error.details.isForeign !== true) {
      return undefined;
    }
    throw error;
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
