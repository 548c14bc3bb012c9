import type { Batch, BatchMetrics } from '../../batches/batch';
import { isRecord } from '../../common/json';
import type { Download } from '../http/download';
import { ApiError } from '../http/errors';
import { type FormBody, multipartBody } from '../http/multipart';
import {
  type ApiAccess,
  isUsableId,
  jsonHeaders,
  maxIdLength,
  maxStatusLength,
  maxUrlLength,
  openFile,
  readText,
  undefinedIfNotFound,
  urlOf,
} from './shared';
import { parseApiTime } from './time';

/** Filters a list on the server. All parts are optional and are combined with "and". */
export interface BatchQuery {
  /** One status: the API accepts one value per request (documented). */
  readonly status?: string;
  /** Milliseconds since 1970. */
  readonly createdAfter?: number;
  /** Milliseconds since 1970. */
  readonly createdBefore?: number;
}

/** An answer of `GET /v2/batch`. */
export interface BatchList {
  /** In the server's order. */
  readonly batches: Batch[];
  /** How many records were skipped because they are not batches. */
  readonly skipped: number;
}

/** The input of a new batch. */
export interface BatchInput {
  /** The exact bytes of the input file: JSON Lines in UTF-8. */
  readonly input: Uint8Array;
  /** The name of the file, without folders. */
  readonly fileName: string;
  /** The URL that the server calls when the batch ends; undefined or empty for none. */
  readonly webhookUrl?: string | undefined;
}

/**
 * The result of a dry run. `created` should never happen: the server created a batch instead, which runs and costs money,
 * so the user must know.
 */
export type Validation = { readonly kind: 'validated' } | { readonly kind: 'created'; readonly batch: Batch };

/**
 * It is not documented whether the bounds are inclusive and how fractions of a second count. So the query asks for a
 * little more, and the filter is applied again to the answer.
 */
const boundSlackMs = 1_000;

/**
 * The API documents no paging and no limit for its list, so a truncated list would look complete. A list of at least this
 * length is requested again from its oldest batch on. Usually that costs one request, which returns one batch.
 */
const minTruncatedLength = 20;

/** Limit of requests for one list, in case the server always returns new batches. */
const maxListRequests = 100;

/**
 * Limit of a result file, in bytes. A batch has up to 500 lines (documented) of about 1 kB; this leaves room for 50,000
 * lines, some of them 10 MB long.
 */
export const maxResultBytes = 256 * 1024 * 1024;

const noMetrics: BatchMetrics = { total: 0, succeeded: 0, failed: 0, pending: 0 };

/**
 * `GET /v2/batch`: all batches of the key's organization that match the query, newest first (documented).
 * @throws {ApiError} if there is no usable answer; the signal's reason if aborted.
 */
export async function listBatches(api: ApiAccess, query: BatchQuery, signal: AbortSignal): Promise<Batch[]> {
  const byId = new Map<string, Batch>();
  let createdBefore = query.createdBefore;
  for (let request = 0; request < maxListRequests; request++) {
    const { batches, skipped } = await requestList(
      api,
      { ...query, ...(createdBefore === undefined ? {} : { createdBefore }) },
      signal,
    );
    const known = byId.size;
    for (const batch of batches) {
      if (!byId.has(batch.id)) {
        byId.set(batch.id, batch);
      }
    }
    const oldest = batches.reduce((least, batch) => Math.min(least, batch.createdAt ?? Infinity), Infinity);
    if (byId.size === known || batches.length + skipped < minTruncatedLength || !Number.isFinite(oldest)) {
      break;
    }
    createdBefore = oldest;
  }
  return [...byId.values()];
}

/**
 * The cheapest call that shows whether the server accepts the key: a list of the batches created from now on.
 * @throws {ApiError} `unauthorized` if the server refuses the key; other reasons if that can't be determined.
 */
export async function checkKey(api: ApiAccess, now: number, signal: AbortSignal): Promise<void> {
  await requestList(api, { createdAfter: now }, signal);
}

/**
 * `GET /v2/batch/{id}`: one batch.
 * @returns undefined if there is no such batch, or it belongs to another organization (404).
 * @throws {ApiError} if there is no usable answer; the signal's reason if aborted.
 */
export async function getBatch(api: ApiAccess, id: string, signal: AbortSignal): Promise<Batch | undefined> {
  return undefinedIfNotFound(async () => {
    const answer = await api.http.getJson(urlOf(api, 'batch', id), jsonHeaders(api), signal);
    const batch = decodeBatch(answer);
    if (batch?.id !== id) {
      throw new ApiError('wrongShape', 'the answer is not the requested batch');
    }
    return batch;
  });
}

/**
 * Opens the result file of a batch: JSON Lines, one line for each finished request (documented). The API redirects the
 * output URL to a signed URL on another origin (documented), whose lifetime is not documented: always start from the
 * batch's own `outputUrl`.
 * @throws {ApiError} `gone` if the file no longer exists; other reasons of a download; the signal's reason if aborted.
 */
export function openResults(api: ApiAccess, outputUrl: string, signal: AbortSignal): Promise<Download> {
  return openFile(api, { url: outputUrl, maxBytes: maxResultBytes, signal });
}

/**
 * `POST /v2/batch`: creates a batch. Never retried. A batch certainly exists only if the API returns it. None was created
 * only if the API refuses the request (4xx except 408), or there was no connection (`details.neverConnected`).
 * @throws {ApiError} if there is no usable answer; the signal's reason if aborted. Even then, a batch may exist.
 */
export async function createBatch(api: ApiAccess, input: BatchInput, signal: AbortSignal): Promise<Batch> {
  const answer = await postBatch(api, input, false, signal);
  const batch = isValidated(answer) ? undefined : decodeBatch(answer);
  if (batch === undefined) {
    throw new ApiError('wrongShape', 'the answer is not the created batch');
  }
  return batch;
}

/**
 * `POST /v2/batch` with `dry_run`: the server checks a file without creating a batch. It is not documented whether it
 * checks the media, the plan and the limits. Never retried: a server that ignores the field creates a batch.
 * @throws {ApiError} if there is no usable answer; `badRequest`, with the lines that the server names, if it refuses the
 * file; the signal's reason if aborted.
 */
export async function validateBatch(api: ApiAccess, input: BatchInput, signal: AbortSignal): Promise<Validation> {
  const answer = await postBatch(api, input, true, signal);
  if (isValidated(answer)) {
    return { kind: 'validated' };
  }
  const batch = decodeBatch(answer);
  if (batch === undefined) {
    throw new ApiError('wrongShape', 'the answer does not say that the file was checked');
  }
  return { kind: 'created', batch };
}

/**
 * The form of `POST /v2/batch`: `input` (a file), `webhook_url`, and `dry_run` as `true` (all documented). Without
 * `dry_run` the server creates a batch (documented).
 */
export function batchForm({ input, fileName, webhookUrl = '' }: BatchInput, isDryRun: boolean): Promise<FormBody> {
  const fields = {
    ...(isDryRun ? { dry_run: 'true' } : {}),
    ...(webhookUrl === '' ? {} : { webhook_url: webhookUrl }),
  };
  return multipartBody(fields, { name: 'input', fileName, contentType: 'application/jsonl', bytes: input });
}

/**
 * Reads one batch (documented: the List Batches page and the official client's types). Only ID and status are required: a
 * record with other odd fields is still a batch that somebody paid for. Unknown fields are ignored.
 *
 * Not done with the schema library: for 10,000 batches that takes several times as long as parsing their JSON
 * (`npm run bench`).
 *
 * @returns undefined if the value has no ID or no status.
 */
export function decodeBatch(value: unknown): Batch | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const id = readText(value['id'], maxIdLength);
  const status = readText(value['status'], maxStatusLength);
  if (!isUsableId(id) || status === '') {
    return undefined;
  }
  const webhookUrl = readText(value['webhookUrl'], maxUrlLength);
  return {
    id,
    status,
    createdAt: parseApiTime(value['created_at']),
    metrics: decodeMetrics(value['metrics']),
    outputUrl: readText(value['outputUrl'], maxUrlLength),
    webhookUrl: webhookUrl === '' ? undefined : webhookUrl,
  };
}

/**
 * Reads the answer of `GET /v2/batch`: an array of batches (documented).
 * @throws {ApiError} `wrongShape` if the value is not an array, or none of its records is a batch.
 */
export function decodeBatchList(value: unknown): BatchList {
  if (!Array.isArray(value)) {
    throw new ApiError('wrongShape', 'expected an array of batches');
  }
  const batches = (value as unknown[]).map(decodeBatch).filter((batch) => batch !== undefined);
  if (value.length > 0 && batches.length === 0) {
    throw new ApiError('wrongShape', `none of the ${value.length} records is a batch`);
  }
  return { batches, skipped: value.length - batches.length };
}

async function requestList(api: ApiAccess, query: BatchQuery, signal: AbortSignal): Promise<BatchList> {
  const answer = await api.http.getJson(`${api.baseUrl}/v2/batch${queryString(query)}`, jsonHeaders(api), signal);
  const list = decodeBatchList(answer);
  if (list.skipped > 0) {
    api.log.warn(`Skipped ${list.skipped} records of the list that are not batches.`);
  }
  return list;
}

async function postBatch(api: ApiAccess, input: BatchInput, isDryRun: boolean, signal: AbortSignal): Promise<unknown> {
  const { contentType, bytes } = await batchForm(input, isDryRun);
  const headers = { ...jsonHeaders(api), 'content-type': contentType };
  return api.http.postOnce(`${api.baseUrl}/v2/batch`, headers, bytes, signal);
}

/** `{"status":"VALIDATED"}` (documented). No batch has this status, so it identifies the answer to a dry run (inferred). */
function isValidated(answer: unknown): boolean {
  return isRecord(answer) && answer['status'] === 'VALIDATED';
}

function decodeMetrics(value: unknown): BatchMetrics {
  return isRecord(value)
    ? {
        total: readCount(value['total_generations']),
        succeeded: readCount(value['success_count']),
        failed: readCount(value['failed_count']),
        pending: readCount(value['pending_count']),
      }
    : noMetrics;
}

/** @returns 0 if the value is not a whole number, or is negative. */
function readCount(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** The query in the API's form: `status`, and UTC date-times with `Z`, widened by {@link boundSlackMs}. */
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
