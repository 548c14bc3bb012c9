import * as assert from 'node:assert/strict';
import { type WorthRetrying, worthRetrying } from '../../../src/core/results/errorCodes';
import { row } from './lines';

function ofCodes(...codes: string[]): WorthRetrying[] {
  return codes.map((errorCode) => worthRetrying({ errorCode }));
}

describe('A failed request', () => {
  it('is worth retrying if the error was temporary', () => {
    const codes = [
      'generation_timeout',
      'generation_pipeline_failed',
      'generation_database_error',
      'elevenlabs_service_unavailable',
      'rate_limit_exceeded',
      'concurrency_limit_reached',
    ];
    assert.deepEqual(new Set(ofCodes(...codes)), new Set(['yes']));
  });

  it('is not worth retrying if the request is invalid', () => {
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
    assert.deepEqual(new Set(ofCodes(...codes)), new Set(['no']));
  });

  it('may be worth retrying if the error is unknown, or the first request may have succeeded', () => {
    assert.deepEqual(
      new Set(
        ofCodes(
          'something_new',
          'generation_unhandled_error',
          'generation_internal_auth',
          'generation_input_video_inaccessible',
          'IDEMPOTENCY_OUTCOME_UNKNOWN',
        ),
      ),
      new Set(['unknown']),
    );
    assert.equal(worthRetrying({}), 'unknown');
  });

  it('is worth retrying if an undocumented code names a temporary server error', () => {
    assert.deepEqual(
      ofCodes('500', '503', 'internal_server_error', 'media_service_unavailable', 'gateway_timeout', 'TIMED_OUT'),
      Array(6).fill('yes'),
    );
    assert.deepEqual(
      ofCodes('400', '5000', 'x500', 'timeout_invalid', 'video_unavailability'),
      Array(5).fill('unknown'),
    );
  });

  it('is judged by its status if it has no error code', () => {
    assert.equal(worthRetrying(row({ outcome: 'failed', status: 'TIMED_OUT' })), 'yes');
    assert.equal(worthRetrying(row({ outcome: 'failed', status: 'FAILED' })), 'unknown');
    assert.equal(worthRetrying(row({ outcome: 'failed', status: 'TIMED_OUT', errorCode: 'voice_not_found' })), 'no');
  });

  it('may be worth retrying if its code is the name of an inherited property', () => {
    for (const code of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '']) {
      assert.equal(worthRetrying({ errorCode: code }), 'unknown');
    }
  });
});
