import type { ResultRow } from './row';

/**
 * What a failure is about.
 *
 * - `input`: the media or the text of the request.
 * - `model`: the model that it asks for.
 * - `reference`: something that it names and that is not there: a project, a voice, a dialogue edit.
 * - `request`: how it was sent.
 * - `limit`: too much at a time.
 * - `service`: the service, or one that it uses.
 * - `unknown`: the API does not say, or in words that we do not know.
 */
export type FailureKind = 'input' | 'model' | 'reference' | 'request' | 'limit' | 'service' | 'unknown';

/** Whether the same request may succeed when it is sent once more, unchanged. */
export type SendingAgainHelps = 'yes' | 'no' | 'unknown';

export interface Failure {
  readonly kind: FailureKind;
  readonly sendingAgainHelps: SendingAgainHelps;
}

/**
 * The error codes that the API's pages name. That a timeout, a failed pipeline and a database error may be temporary is
 * documented, and so is what the others mean; what sending again does about them is inferred from that. The whole list is
 * served by the API itself, so others are to be expected.
 */
const failures = {
  generation_unsupported_model: { kind: 'model', sendingAgainHelps: 'no' },
  generation_media_metadata_missing: { kind: 'input', sendingAgainHelps: 'no' },
  generation_audio_length_exceeded: { kind: 'input', sendingAgainHelps: 'no' },
  generation_text_length_exceeded: { kind: 'input', sendingAgainHelps: 'no' },
  generation_audio_missing: { kind: 'input', sendingAgainHelps: 'no' },
  generation_video_missing: { kind: 'input', sendingAgainHelps: 'no' },
  generation_input_validation_failed: { kind: 'input', sendingAgainHelps: 'no' },
  // Helps where the link was only down, or is made to work in the meantime.
  generation_input_video_inaccessible: { kind: 'input', sendingAgainHelps: 'unknown' },
  generation_timeout: { kind: 'service', sendingAgainHelps: 'yes' },
  generation_pipeline_failed: { kind: 'service', sendingAgainHelps: 'yes' },
  generation_database_error: { kind: 'service', sendingAgainHelps: 'yes' },
  elevenlabs_service_unavailable: { kind: 'service', sendingAgainHelps: 'yes' },
  // A fault of the vendor's that its support is to be told of.
  generation_internal_auth: { kind: 'service', sendingAgainHelps: 'unknown' },
  // Documented as anything that has no code of its own.
  generation_unhandled_error: { kind: 'unknown', sendingAgainHelps: 'unknown' },
  concurrency_limit_reached: { kind: 'limit', sendingAgainHelps: 'yes' },
  rate_limit_exceeded: { kind: 'limit', sendingAgainHelps: 'yes' },
  project_not_found: { kind: 'reference', sendingAgainHelps: 'no' },
  voice_not_found: { kind: 'reference', sendingAgainHelps: 'no' },
  dialogue_edit_not_found: { kind: 'reference', sendingAgainHelps: 'no' },
  dialogue_edit_retime_required: { kind: 'input', sendingAgainHelps: 'no' },
  dialogue_edit_removal_too_large: { kind: 'input', sendingAgainHelps: 'no' },
  generation_not_deletable_while_processing: { kind: 'request', sendingAgainHelps: 'no' },
  INVALID_IDEMPOTENCY_KEY: { kind: 'request', sendingAgainHelps: 'no' },
  // It may have been done, and would be paid for twice.
  IDEMPOTENCY_OUTCOME_UNKNOWN: { kind: 'request', sendingAgainHelps: 'unknown' },
} as const satisfies Record<string, Failure>;

export type KnownErrorCode = keyof typeof failures;

const byCode: ReadonlyMap<string, Failure> = new Map(Object.entries(failures));
const notKnown: Failure = { kind: 'unknown', sendingAgainHelps: 'unknown' };

/** Codes that are not documented and still say that the service was at fault for the time being: HTTP 5xx and its names. */
const serviceFault = /^5\d\d$|(?:^|_)(?:timeout|timed_out|unavailable|bad_gateway|internal_server_error)$/i;

export const knownErrorCodes = Object.keys(failures) as readonly KnownErrorCode[];

/** True for a code that the API's pages name. Others are shown as they are. */
export function isKnownErrorCode(code: string): code is KnownErrorCode {
  return byCode.has(code);
}

/** What is known of an error code, and of an error without one. */
export function failureOf(errorCode: string | undefined): Failure {
  if (errorCode === undefined) {
    return notKnown;
  }
  const known = byCode.get(errorCode);
  if (known !== undefined) {
    return known;
  }
  return serviceFault.test(errorCode) ? { kind: 'service', sendingAgainHelps: 'yes' } : notKnown;
}

/** What is known of the failure of a row, which may have no code but a status that says it. */
export function failureOfRow({ errorCode, status }: ResultRow): Failure {
  return failureOf(errorCode ?? status);
}
