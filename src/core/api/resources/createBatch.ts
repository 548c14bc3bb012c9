import type { Batch } from '../../batches/batch';
import { isRecord } from '../../common/json';
import { decodeBatch } from './decode';
import { ApiError } from '../http/errors';
import { type FormBody, type FormPart, multipartBody } from '../http/multipart';

/** What one batch is made of. */
export interface BatchInput {
  /** The exact bytes of the input file: JSON Lines in UTF-8. */
  readonly input: Uint8Array;
  /** The name that the file is sent under, without folders. */
  readonly fileName: string;
  /** Where the server tells that the batch has ended; nothing or empty for nowhere. */
  readonly webhookUrl?: string | undefined;
}

/**
 * What became of a file that was to be checked only. `created` should never come: the server made a batch of it, which
 * runs and costs. The person must be told.
 */
export type Validation = { readonly kind: 'validated' } | { readonly kind: 'created'; readonly batch: Batch };

/**
 * The form of `POST /v2/batch`: `input` (a file), `webhook_url`, and `dry_run` as `true` (all documented). Without the
 * last one a batch is made: that `false` is the default is documented too.
 */
export function batchForm({ input, fileName, webhookUrl = '' }: BatchInput, isDryRun: boolean): FormBody {
  const parts: FormPart[] = [{ name: 'input', fileName, contentType: 'application/jsonl', bytes: input }];
  if (webhookUrl !== '') {
    parts.push({ name: 'webhook_url', text: webhookUrl });
  }
  if (isDryRun) {
    parts.push({ name: 'dry_run', text: 'true' });
  }
  return multipartBody(parts, () => crypto.randomUUID());
}

/**
 * Reads the answer to a batch that was to be made.
 * @throws {ApiError} `wrongShape` for anything but a batch, an answer that says that the file was only checked included.
 */
export function decodeCreated(answer: unknown): Batch {
  const batch = isValidated(answer) ? undefined : decodeBatch(answer);
  if (batch === undefined) {
    throw new ApiError('wrongShape', 'the answer is not the batch that was to be created');
  }
  return batch;
}

/**
 * Reads the answer to a file that was to be checked only.
 * @throws {ApiError} `wrongShape` for anything but `VALIDATED` and a batch.
 */
export function decodeValidation(answer: unknown): Validation {
  if (isValidated(answer)) {
    return { kind: 'validated' };
  }
  const batch = decodeBatch(answer);
  if (batch === undefined) {
    throw new ApiError('wrongShape', 'the answer does not say that the file was checked');
  }
  return { kind: 'created', batch };
}

/** `{"status":"VALIDATED"}` (documented). No batch has this status, so it tells the two answers apart (inferred). */
function isValidated(answer: unknown): boolean {
  return isRecord(answer) && answer['status'] === 'VALIDATED';
}
