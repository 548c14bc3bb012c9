import * as assert from 'node:assert/strict';
import { redactingLog } from '../../../src/core/common/log';
import { RecordingLog } from '../support/recordingLog';

describe('The log', () => {
  it('redacts every line of every level', () => {
    const recording = new RecordingLog();
    const log = redactingLog(recording, (text) => text.replace('secret', '***'));
    for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) {
      log[level](`a secret of ${level}`);
    }
    assert.deepEqual(
      recording.lines,
      ['trace', 'debug', 'info', 'warn', 'error'].map((level) => ({ level, message: `a *** of ${level}` })),
    );
  });
});
