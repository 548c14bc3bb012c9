import { createHash } from 'node:crypto';
import { outcomeOf, wholeSeconds } from './batches';
import type { BatchRow, StoredBatch } from './batches';
import type { BatchState, Outcome } from './lifecycle';

/** A generation as the API shows it. Field names are declared by the official client. */
export interface Generation {
  id: string;
  createdAt: string;
  status: 'PENDING' | 'PROCESSING' | Outcome;
  model: string;
  input: unknown[];
  options?: unknown;
  segments?: unknown;
  webhookUrl?: string;
  outputUrl?: string;
  /** Seconds. */
  outputDuration?: number;
  error?: string;
  error_code?: string;
}

/** A line of a result file. That `response` holds a generation is documented, the rest of the envelope is inferred. */
export interface ResultLine {
  request_id: string;
  response: Generation;
}

/** Where the media of a generation can be downloaded from. */
export type MediaUrl = (generationId: string) => string;

const failures: readonly { error: string; error_code: string }[] = [
  { error: 'Audio could not be read', error_code: 'generation_audio_missing' },
  { error: 'The video URL could not be fetched', error_code: 'generation_input_video_inaccessible' },
  { error: 'The generation timed out', error_code: 'generation_timeout' },
  { error: 'An internal step of the pipeline failed', error_code: 'generation_pipeline_failed' },
];

/**
 * The result file's lines: one for each row that has ended. Their order is that of no input file, because none is
 * documented and a reader must go by `request_id`.
 */
export function resultLines(batch: StoredBatch, state: BatchState, mediaUrl: MediaUrl): ResultLine[] {
  const count = Math.min(state.total, state.succeeded + state.failed);
  const lines: ResultLine[] = [];
  for (let index = 0; index < count; index += 1) {
    const response = batchGeneration(batch, state, index, mediaUrl);
    lines.push({ request_id: rowOf(batch, index).request_id, response });
  }
  return lines.sort((a, b) => (digest(a.response.id) < digest(b.response.id) ? -1 : 1));
}

/** The generation of one row, running or ended. */
export function batchGeneration(batch: StoredBatch, state: BatchState, index: number, mediaUrl: MediaUrl): Generation {
  const row = rowOf(batch, index);
  const id = batchGenerationId(batch, index);
  const begun = Number.isNaN(batch.createdAtMs) ? 0 : batch.createdAtMs;
  const created = wholeSeconds(begun + index * 1000);
  return endGeneration(generationOf(id, created, row.payload), rowStatus(batch, state, index), index, mediaUrl);
}

/** A generation that is accepted but not started, from the body of `POST /v2/generate`. */
export function generationOf(id: string, createdAt: string, payload: BatchRow['payload']): Generation {
  const { model, input, options, segments, webhookUrl } = payload;
  return {
    id,
    createdAt,
    status: 'PENDING',
    model,
    input,
    ...(options === undefined ? {} : { options }),
    ...(segments === undefined ? {} : { segments }),
    ...(typeof webhookUrl === 'string' ? { webhookUrl } : {}),
  };
}

/** The generation with this status, and with the output or the error that belongs to it. */
export function endGeneration(
  generation: Generation,
  status: Generation['status'],
  variant: number,
  mediaUrl: MediaUrl,
): Generation {
  if (status === 'COMPLETED') {
    const outputDuration = 5 + (Number.parseInt(digest(generation.id).slice(0, 4), 16) % 2400) / 100;
    return { ...generation, status, outputUrl: mediaUrl(generation.id), outputDuration };
  }
  if (status === 'REJECTED') {
    return {
      ...generation,
      status,
      error: 'The inputs did not validate',
      error_code: 'generation_input_validation_failed',
    };
  }
  if (status === 'FAILED') return { ...generation, status, ...failures[variant % failures.length] };
  return { ...generation, status };
}

/**
 * The id of a row's generation. It looks like any UUID, but the batch and the row can be read back from it, so that the
 * simulator need not keep a generation for every row of ten thousand batches.
 */
export function batchGenerationId(batch: StoredBatch, index: number): string {
  const rest = digest(`${batch.seed.id} ${index}`);
  const first = batch.sequence.toString(16).padStart(8, '0');
  return `${first}-${index.toString(16).padStart(4, '0')}-4${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest.slice(6, 18)}`;
}

/** Reads back what `batchGenerationId` wrote; undefined if the text is not such an ID. */
export function parseBatchGenerationId(id: string): { sequence: number; index: number } | undefined {
  const parts = /^([0-9a-f]{8})-([0-9a-f]{4})-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/.exec(id);
  if (parts?.[1] === undefined || parts[2] === undefined) return undefined;
  return { sequence: Number.parseInt(parts[1], 16), index: Number.parseInt(parts[2], 16) };
}

function rowStatus(batch: StoredBatch, state: BatchState, index: number): Generation['status'] {
  const done = state.succeeded + state.failed;
  if (index >= done) return state.status === 'PROCESSING' && index < done + 10 ? 'PROCESSING' : 'PENDING';
  const row = batch.rows?.[index];
  if (row !== undefined && batch.plan.movement !== undefined) return outcomeOf(row, index);
  // A seed says only how many failed; they are spread evenly over the rows.
  const failed = (rows: number) => Math.floor((rows * state.failed) / done);
  return failed(index + 1) === failed(index) ? 'COMPLETED' : 'FAILED';
}

function rowOf(batch: StoredBatch, index: number): BatchRow {
  const row = batch.rows?.[index];
  if (row !== undefined) return row;
  const number = String(index + 1).padStart(3, '0');
  return {
    request_id: `request-${number}`,
    endpoint: '/v2/generate',
    payload: {
      model: 'lipsync-2',
      input: [
        { type: 'video', url: `https://media.example.test/${batch.seed.id}/video-${number}.mp4` },
        { type: 'audio', url: `https://media.example.test/${batch.seed.id}/audio-${number}.wav` },
      ],
    },
  };
}

function digest(source: string): string {
  return createHash('sha256').update(source).digest('hex');
}
