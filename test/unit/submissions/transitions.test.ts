import * as assert from 'node:assert/strict';
import { JournalError } from '../../../src/core/submissions/errors';
import type { PartState, Submission } from '../../../src/core/submissions/submission';
import {
  interrupted,
  uniqueTime,
  withAnotherAttempt,
  withConfirmedBatch,
  withOutcome,
  withoutClaimedBatch,
  withWaitingCancelled,
} from '../../../src/core/submissions/transitions';
import { cancelled, part, refused, sending, sent, submission, then, uncertain, waiting } from './support/submissions';

const attempt = { part: 0, at: then };
const kindsOf = ({ parts }: Submission): string[] => parts.map(({ state }) => state.kind);
const isConflict = (error: unknown): boolean => error instanceof JournalError && error.reason === 'conflict';

describe('The state of a part', () => {
  it('becomes uncertain if the window that sent it is gone', () => {
    const all = [sending(), waiting, sent('a'), refused, uncertain(), cancelled];
    const result = interrupted(submission(all, { runner: { window: 'gone', until: then } }), then + 5_000);
    assert.deepEqual(kindsOf(result), ['uncertain', 'waiting', 'sent', 'refused', 'uncertain', 'cancelled']);
    assert.deepEqual(result.parts[0]?.state, {
      kind: 'uncertain',
      at: then,
      endedAt: then + 5_000,
      reason: 'interrupted',
      message: '',
    });
    assert.equal(result.runner, undefined);
  });

  it('becomes cancelled only if it is waiting', () => {
    const all = [sending(), waiting, sent('a'), refused, uncertain(), cancelled];
    const result = withWaitingCancelled(submission(all));
    assert.deepEqual(kindsOf(result), ['sending', 'cancelled', 'sent', 'refused', 'uncertain', 'cancelled']);
  });

  for (const outcome of [sent('a'), refused, uncertain(), waiting, cancelled]) {
    it(`becomes ${outcome.kind} from sending`, () => {
      assert.deepEqual(withOutcome(submission([sending()]), attempt, outcome).parts[0]?.state, outcome);
    });
  }

  it('becomes sent from uncertain by the word of the user', () => {
    const before = submission([uncertain()]);
    const result = withConfirmedBatch(before, 0, 'found', [before]);
    assert.deepEqual(result.parts[0]?.state, sent('found'));
  });

  it('does not become sent by the word of the user from any other state, or with the batch of another part', () => {
    for (const state of [sending(), waiting, sent('a'), refused, cancelled]) {
      assert.throws(() => withConfirmedBatch(submission([state]), 0, 'found', []), isConflict, state.kind);
    }
    const other = submission([sent('found')], { id: 'other' });
    assert.throws(() => withConfirmedBatch(submission([uncertain()]), 0, 'found', [other]), isConflict);
  });

  it('becomes waiting again by the word of the user, and the old state is kept', () => {
    for (const state of [uncertain(), refused, cancelled] as PartState[]) {
      const [result] = withAnotherAttempt(submission([part(state, { earlier: [refused] })]), 0, state).parts;
      assert.deepEqual([result?.state, result?.earlier], [waiting, [refused, state]]);
    }
  });

  it('does not become waiting again from other states, or if the user was shown another one', () => {
    for (const state of [sending(), waiting, sent('a')]) {
      assert.throws(() => withAnotherAttempt(submission([state]), 0, state), isConflict, state.kind);
    }
    assert.throws(() => withAnotherAttempt(submission([uncertain()]), 0, uncertain(then + 1)), isConflict);
  });
});

describe('An outcome that arrives late', () => {
  it('is recorded among the earlier attempts if the part is being sent again', () => {
    const again = submission([part(sending(then + 9), { earlier: [uncertain()] })]);
    const [result] = withOutcome(again, attempt, sent('late')).parts;
    assert.deepEqual([result?.state, result?.earlier], [sending(then + 9), [sent('late')]]);
  });

  it('keeps the part from being sent again if it contains the batch', () => {
    for (const state of [waiting, cancelled]) {
      const [result] = withOutcome(submission([part(state, { earlier: [uncertain()] })]), attempt, sent('late')).parts;
      assert.deepEqual([result?.state, result?.earlier], [sent('late'), []]);
    }
  });

  it('does not replace the batch that the user confirmed if it is uncertain', () => {
    const confirmed = submission([sent('found')]);
    assert.equal(withOutcome(confirmed, attempt, uncertain()), confirmed);
  });

  it('takes the batch away from the part and the submission for which the user confirmed it', () => {
    const result = withOutcome(submission([sending(), sent('late', then + 9)]), attempt, sent('late'));
    assert.deepEqual(kindsOf(result), ['sent', 'uncertain']);
    const other = submission([sent('late'), sent('own')], { id: 'other' });
    assert.deepEqual(kindsOf(withoutClaimedBatch(other, sent('late'))), ['uncertain', 'sent']);
    assert.equal(withoutClaimedBatch(other, sent('another')), other);
    assert.equal(withoutClaimedBatch(other, uncertain()), other);
  });
});

describe('The time of an attempt', () => {
  it('is the current time, or the next one that no earlier attempt has', () => {
    assert.equal(uniqueTime(part(waiting), then), then);
    assert.equal(uniqueTime(part(waiting, { earlier: [uncertain(), refused, uncertain(then + 1)] }), then), then + 2);
  });
});
