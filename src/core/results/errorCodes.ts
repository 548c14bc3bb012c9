import type { ResultRow } from './row';

/** Whether the same request, sent again unchanged, may succeed. */
export type WorthRetrying = 'yes' | 'no' | 'unknown';

/**
 * The error codes that the API pages list, and whether a failure with that code is worth retrying. Documented: what the
 * codes mean, and that timeouts, failed pipelines and database errors may be temporary. The rest is inferred from that.
 * The API serves the full list, so expect other codes.
 */
export const errorCodes = {
  generation_unsupported_model: 'no',
  generation_media_metadata_missing: 'no',
  generation_audio_length_exceeded: 'no',
  generation_text_length_exceeded: 'no',
  generation_audio_missing: 'no',
  generation_video_missing: 'no',
  generation_input_validation_failed: 'no',
  // Worth retrying if the link was only down, or if the user repairs it.
  generation_input_video_inaccessible: 'unknown',
  generation_timeout: 'yes',
  generation_pipeline_failed: 'yes',
  generation_database_error: 'yes',
  elevenlabs_service_unavailable: 'yes',
  // An error of sync.so, to be reported to its support.
  generation_internal_auth: 'unknown',
  // Documented: any error without a specific code.
  generation_unhandled_error: 'unknown',
  concurrency_limit_reached: 'yes',
  rate_limit_exceeded: 'yes',
  project_not_found: 'no',
  voice_not_found: 'no',
  dialogue_edit_not_found: 'no',
  dialogue_edit_retime_required: 'no',
  dialogue_edit_removal_too_large: 'no',
  generation_not_deletable_while_processing: 'no',
  INVALID_IDEMPOTENCY_KEY: 'no',
  // The first request may have succeeded: a retry could be charged again.
  IDEMPOTENCY_OUTCOME_UNKNOWN: 'unknown',
} as const satisfies Record<string, WorthRetrying>;

export type ErrorCode = keyof typeof errorCodes;

const byCode: ReadonlyMap<string, WorthRetrying> = new Map(Object.entries(errorCodes));

/** Undocumented codes that point to a temporary server error: HTTP 5xx and its names. */
const temporaryServerError = /^5\d\d$|(?:^|_)(?:timeout|timed_out|unavailable|bad_gateway|internal_server_error)$/i;

/** Whether a failed request is worth retrying, by its error code or, without one, by its status. */
export function worthRetrying({ errorCode, status }: Pick<ResultRow, 'errorCode' | 'status'>): WorthRetrying {
  const code = errorCode ?? status ?? '';
  return byCode.get(code) ?? (temporaryServerError.test(code) ? 'yes' : 'unknown');
}
