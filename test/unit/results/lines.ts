import { type ResultRow } from '../../../src/core/results/row';
import { ResultReader } from '../../../src/core/results/reader';

/** The generation of a result line, as the official client declares it. */
export function generation(parts: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'gen_1',
    createdAt: '2026-11-20T08:01:12Z',
    status: 'COMPLETED',
    model: 'lipsync-2',
    input: [
      { type: 'video', url: 'https://media.example/ep1.mp4' },
      { type: 'audio', url: 'https://media.example/ep1-de.wav' },
    ],
    outputUrl: 'https://cdn.example/out.mp4?sig=x',
    outputDuration: 12.48,
    ...parts,
  };
}

/** The generation of a failed request. */
export function failure(parts: Record<string, unknown> = {}): Record<string, unknown> {
  return generation({
    status: 'FAILED',
    outputUrl: undefined,
    outputDuration: undefined,
    error: 'The generation timed out',
    error_code: 'generation_timeout',
    ...parts,
  });
}

export function resultLine(requestId: string, response: unknown = generation()): string {
  return JSON.stringify({ request_id: requestId, response });
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** @returns the rows of a file that arrives in one chunk. */
export function rowsOf(file: string | Uint8Array): ResultRow[] {
  const reader = new ResultReader();
  return [...reader.push(typeof file === 'string' ? bytesOf(file) : file), ...reader.end()];
}

/** A row with default values. */
export function row(parts: Partial<ResultRow> = {}): ResultRow {
  return { line: 0, start: 0, length: 1, outcome: 'succeeded', ...parts };
}
