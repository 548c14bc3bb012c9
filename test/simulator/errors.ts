import { STATUS_CODES } from 'node:http';

/**
 * The body of every refusal. `message` (text or several texts) and `statusCode` are what the official client declares;
 * `errorCode`, `suggestion`, `field` and `error` are documented in newer guides as optional.
 */
export interface ErrorBody {
  statusCode: number;
  message: string | readonly string[];
  error?: string;
  errorCode?: string;
  suggestion?: string;
  field?: string;
}

export type ErrorDetails = Pick<ErrorBody, 'errorCode' | 'suggestion' | 'field'>;

/** A refusal that a handler throws and the server sends. */
export class ApiError extends Error {
  readonly body: ErrorBody;

  constructor(
    readonly status: number,
    message: string | readonly string[],
    details: ErrorDetails = {},
  ) {
    super(typeof message === 'string' ? message : message.join('; '));
    this.name = 'ApiError';
    this.body = errorBody(status, message, details);
  }
}

/** The documented body for a status. `error` is the reason phrase, as in the documented rate limit sample. */
export function errorBody(status: number, message?: string | readonly string[], details: ErrorDetails = {}): ErrorBody {
  const reason = STATUS_CODES[status];
  return {
    statusCode: status,
    ...details,
    message: message ?? reason ?? 'Unknown error',
    ...(reason === undefined ? {} : { error: reason }),
  };
}

/**
 * What `GET /v2/errors` serves without a key. That it exists is documented; the shape of an entry is inferred.
 * The codes are those that public guides name.
 */
export const errorCatalogue: readonly { code: string; message: string; suggestion: string }[] = [
  {
    code: 'generation_audio_missing',
    message: 'The audio input is absent.',
    suggestion: 'Add an audio or a text input.',
  },
  {
    code: 'generation_audio_length_exceeded',
    message: 'The audio is longer than allowed.',
    suggestion: 'Shorten the audio.',
  },
  {
    code: 'generation_input_video_inaccessible',
    message: 'The video URL cannot be fetched.',
    suggestion: 'Make the URL public, or upload the video as an asset.',
  },
  { code: 'generation_timeout', message: 'The generation took too long.', suggestion: 'Try again later.' },
  { code: 'generation_pipeline_failed', message: 'An internal step failed.', suggestion: 'Try again later.' },
  {
    code: 'generation_input_validation_failed',
    message: 'The inputs did not validate.',
    suggestion: 'Compare the request with the reference.',
  },
  {
    code: 'generation_not_deletable_while_processing',
    message: 'The generation is still running.',
    suggestion: 'Wait until it has ended.',
  },
  { code: 'rate_limit_exceeded', message: 'Too many requests.', suggestion: 'Wait a minute and try again.' },
  {
    code: 'concurrency_limit_reached',
    message: 'Too many generations or batches are running.',
    suggestion: 'Wait for one to end, or upgrade the plan.',
  },
];
