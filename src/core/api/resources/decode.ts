import type { Batch, BatchMetrics } from '../../batches/batch';
import { isRecord } from '../../common/json';
import { ApiError } from '../http/errors';
import { parseApiTime } from '../http/time';

const longestId = 512;
const longestStatus = 100;
const longestUrl = 16_384;
const noMetrics: BatchMetrics = { total: 0, succeeded: 0, failed: 0, pending: 0 };

/**
 * Whether a text can be the ID of something: there is one, and it has no half of a character (a lone surrogate), which no
 * URL can hold and so nobody could ask for.
 */
export function isUsableId(id: string): boolean {
  return id !== '' && !/\p{Cs}/u.test(id);
}

/**
 * Reads one batch, as the List Batches page and the official client's types have it. Only the ID and the status must be
 * there: a record whose other fields are odd is still a batch that was paid for. Unknown fields pass.
 *
 * By hand, and not with the schema library that reads everything else: with that one a list of 10,000 batches took
 * several times as long as parsing its JSON (`npm run bench`).
 *
 * @returns the batch, or nothing where the value has no ID or no status.
 */
export function decodeBatch(value: unknown): Batch | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const id = textOf(value['id'], longestId);
  const status = textOf(value['status'], longestStatus);
  if (!isUsableId(id) || status === '') {
    return undefined;
  }
  const webhookUrl = textOf(value['webhookUrl'], longestUrl);
  return {
    id,
    status,
    createdAt: parseApiTime(value['created_at']),
    metrics: decodeMetrics(value['metrics']),
    outputUrl: textOf(value['outputUrl'], longestUrl),
    webhookUrl: webhookUrl === '' ? undefined : webhookUrl,
  };
}

function decodeMetrics(value: unknown): BatchMetrics {
  return isRecord(value)
    ? {
        total: countOf(value['total_generations']),
        succeeded: countOf(value['success_count']),
        failed: countOf(value['failed_count']),
        pending: countOf(value['pending_count']),
      }
    : noMetrics;
}

/**
 * Reads the answer of `GET /v2/batch`: a bare array of batches. A record that is no batch costs that record only.
 * @returns the batches in the server's order, and how many records were left out.
 * @throws {ApiError} `wrongShape` when it is no array, or not one of its records is a batch.
 */
export function decodeBatchList(value: unknown): { batches: Batch[]; skipped: number } {
  if (!Array.isArray(value)) {
    throw new ApiError('wrongShape', 'expected an array of batches');
  }
  const batches: Batch[] = [];
  for (const record of value as unknown[]) {
    const batch = decodeBatch(record);
    if (batch !== undefined) {
      batches.push(batch);
    }
  }
  if (value.length > 0 && batches.length === 0) {
    throw new ApiError('wrongShape', `none of the ${value.length} records is a batch`);
  }
  return { batches, skipped: value.length - batches.length };
}

/** What is needed of a generation: one lip-synced video, as one line of a batch asks for it. */
export interface Generation {
  /** Opaque, never empty. */
  readonly id: string;
  /** `PENDING`, `PROCESSING`, `COMPLETED`, `FAILED`, `REJECTED` (documented), or one that we do not know; never empty. */
  readonly status: string;
  /** A signed link to the video, as the exact text that came; empty until there is one. */
  readonly outputUrl: string;
  /** Why there is none, in the words of the API; empty where nothing is said. */
  readonly error: string;
  /** The same as a stable code, such as `generation_audio_missing`; empty where there is none. */
  readonly errorCode: string;
}

const longestErrorText = 10_000;

/**
 * Reads one generation. The official client's types have `outputUrl`, `error` and `error_code` as optional; newer pages
 * call the last one `errorCode`, so both are read. Unknown fields pass.
 * @returns nothing where the value has no ID or no status.
 */
export function decodeGeneration(value: unknown): Generation | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const id = textOf(value['id'], longestId);
  const status = textOf(value['status'], longestStatus);
  if (!isUsableId(id) || status === '') {
    return undefined;
  }
  return {
    id,
    status,
    outputUrl: textOf(value['outputUrl'], longestUrl),
    error: textOf(value['error'], longestErrorText),
    errorCode: textOf(value['errorCode'], longestStatus) || textOf(value['error_code'], longestStatus),
  };
}

/** A text that is not too long, or an empty one. */
function textOf(value: unknown, longest: number): string {
  return typeof value === 'string' && value.length <= longest ? value : '';
}

/** A whole number that is not negative, or 0. */
function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}
