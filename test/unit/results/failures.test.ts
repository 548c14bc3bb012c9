import * as assert from 'node:assert/strict';
import { failureOf, failureOfRow, isKnownErrorCode, knownErrorCodes } from '../../../src/core/results/failures';
import { row } from './lines';

function helps(...codes: (string | undefined)[]): unknown[] {
  return codes.map((code) => failureOf(code).sendingAgainHelps);
}

describe('Sending a failed request again', () => {
  it('can help where the failure was for the time being', () => {
    const codes = [
      'generation_timeout',
      'generation_pipeline_failed',
      'generation_database_error',
      'elevenlabs_service_unavailable',
      'rate_limit_exceeded',
      'concurrency_limit_reached',
    ];
    assert.deepEqual(new Set(helps(...codes)), new Set(['yes']));
  });

  it('can not help where the request itself is wrong', () => {
    const codes = [
      'generation_unsupported_model',
      'generation_media_metadata_missing',
      'generation_audio_length_exceeded',
      'generation_text_length_exceeded',
      'generation_audio_missing',
      'generation_video_missing',
      'generation_input_validation_failed',
      'project_not_found',
      'voice_not_found',
      'dialogue_edit_not_found',
    ];
    assert.deepEqual(new Set(helps(...codes)), new Set(['no']));
  });

  it('is not known to help where the API does not say enough, or it may have been done', () => {
    assert.deepEqual(
      new Set(
        helps(
          undefined,
          'something_new',
          'generation_unhandled_error',
          'generation_internal_auth',
          'generation_input_video_inaccessible',
          'IDEMPOTENCY_OUTCOME_UNKNOWN',
        ),
      ),
      new Set(['unknown']),
    );
  });

  it('can help for codes that are not documented and say that the service was at fault', () => {
    assert.deepEqual(
      helps('500', '503', 'internal_server_error', 'media_service_unavailable', 'gateway_timeout', 'TIMED_OUT'),
      Array(6).fill('yes'),
    );
    assert.deepEqual(helps('400', '5000', 'x500', 'timeout_invalid', 'video_unavailability'), Array(5).fill('unknown'));
  });

  it('goes by the status where there is no code', () => {
    assert.equal(failureOfRow(row({ outcome: 'failed', status: 'TIMED_OUT' })).sendingAgainHelps, 'yes');
    assert.equal(failureOfRow(row({ outcome: 'failed', status: 'FAILED' })).sendingAgainHelps, 'unknown');
    assert.equal(
      failureOfRow(row({ outcome: 'failed', status: 'TIMED_OUT', errorCode: 'voice_not_found' })).sendingAgainHelps,
      'no',
    );
  });

  it('is not led astray by the names that objects are made with', () => {
    for (const code of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '']) {
      assert.deepEqual(failureOf(code), { kind: 'unknown', sendingAgainHelps: 'unknown' });
      assert.equal(isKnownErrorCode(code), false);
    }
    assert.ok(knownErrorCodes.every(isKnownErrorCode));
  });
});
