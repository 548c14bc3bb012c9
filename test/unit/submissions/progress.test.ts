import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Batch } from '../../../src/core/batches/batch';
import {
  type SubmissionProgress,
  progressOfSubmissions,
  progressState,
  settledRowMs,
  sumProgress,
} from '../../../src/core/submissions/progress';
import type { Part, PartState, Submission } from '../../../src/core/submissions/submission';
import { anyBatches, batch } from '../support/batches';
import { itAlways } from '../support/properties';

const createdAt = Date.UTC(2026, 10, 20, 8);
const later = createdAt + 60_000;

const waiting: PartState = { kind: 'waiting' };
const sending: PartState = { kind: 'sending', at: createdAt };
const cancelled: PartState = { kind: 'cancelled' };
const sent = (batchId: string, endedAt = createdAt): PartState => ({ kind: 'sent', at: createdAt, endedAt, batchId });
const refused: PartState = { kind: 'refused', at: createdAt, endedAt: createdAt, reason: 'badRequest', message: '' };
const uncertain: PartState = { kind: 'uncertain', at: createdAt, endedAt: createdAt, reason: 'timeout', message: '' };

const part = (state: PartState, lines = 500): Part => ({ lines, bytes: lines * 100, hash: 'f'.repeat(64), state });

function submission(states: readonly PartState[], id = 's'): Submission {
  const parts = states.map((state) => part(state));
  return {
    id,
    createdAt,
    fileName: 'episodes.jsonl',
    hash: 'a'.repeat(64),
    lines: 500 * parts.length,
    bytes: 50_000 * parts.length,
    parts,
  };
}

const done = (id: string, failed = 0): Batch =>
  batch({ id, status: 'COMPLETED', metrics: { total: 500, succeeded: 500 - failed, failed } });
const running = (id: string, succeeded: number): Batch => batch({ id, metrics: { total: 500, succeeded } });

const ids = (submissionRows: readonly SubmissionProgress[]): string[] =>
  submissionRows.map((submissionRow) => submissionRow.submission.id);
const shown = (submissions: readonly Submission[], batches: readonly Batch[] = [], now = later): string[] =>
  ids(progressOfSubmissions(submissions, batches, now));

function stateOf(states: readonly PartState[], batches: readonly Batch[] = []): string {
  const [submissionRow] = progressOfSubmissions([submission(states)], batches, later);
  return progressState(submissionRow ?? assert.fail('it has no row'));
}

describe('The progress of submissions', () => {
  it('has every submission of several batches, in the given order', () => {
    const both = [submission([sent('a'), sent('b')], 'x'), submission([waiting, waiting], 'y')];
    assert.deepEqual(shown(both), ['x', 'y']);
  });

  for (const [what, state] of Object.entries({ waiting, sending, uncertain })) {
    it(`has a submission of one batch while it is not settled: ${what}`, () => {
      assert.deepEqual(shown([submission([state])]), ['s']);
    });
  }

  for (const [what, state] of Object.entries({ sent: sent('a'), refused, cancelled })) {
    it(`has no submission of one batch that is settled: ${what}`, () => {
      assert.deepEqual(shown([submission([state])], [done('a')]), []);
    });
  }

  it('has the batch of each part if it is in the list', () => {
    const [submissionRow] = progressOfSubmissions(
      [submission([sent('a'), sent('gone'), waiting])],
      [done('other'), done('a')],
      later,
    );
    assert.deepEqual(
      submissionRow?.parts.map((each) => each.batch?.id),
      ['a', undefined, undefined],
    );
  });

  describe('contains a submission', () => {
    const settled = submission([sent('a', later), sent('b', createdAt)]);
    const [lastMoment, over] = [later + settledRowMs - 1, later + settledRowMs];

    it('for a week after its last change if all its batches have finished', () => {
      assert.deepEqual(shown([settled], [done('a'), done('b')], lastMoment), ['s']);
      assert.deepEqual(shown([settled], [done('a'), done('b')], over), []);
    });

    it('while one of its batches has not finished or has an unknown status', () => {
      assert.deepEqual(shown([settled], [done('a'), running('b', 1)], over), ['s']);
      assert.deepEqual(shown([settled], [done('a'), batch({ id: 'b', status: 'PAUSED' })], over), ['s']);
    });

    it('no longer because of a batch that is not in the list any more', () => {
      assert.deepEqual(shown([settled], [done('a')], over), []);
    });

    for (const [what, state] of Object.entries({ waiting, sending, uncertain })) {
      it(`while a part is not settled: ${what}`, () => {
        assert.deepEqual(shown([submission([sent('a'), state])], [done('a')], over * 2), ['s']);
      });
    }

    it('for a week if all of it was refused or cancelled', () => {
      assert.deepEqual(shown([submission([refused, cancelled])], [], lastMoment - 60_000), ['s']);
      assert.deepEqual(shown([submission([refused, cancelled])], [], over - 60_000), []);
    });
  });

  describe('adds up', () => {
    const sumOf = (states: readonly PartState[], ...batches: readonly Batch[]) =>
      sumProgress(submission(states), (id) => batches.find((each) => each.id === id));

    it('the batches and their requests', () => {
      const sum = sumOf([sent('a'), sent('b'), sent('c'), waiting], done('a', 4), running('b', 200));
      assert.deepEqual(sum, {
        counts: { waiting: 1, sending: 0, sent: 3, refused: 0, uncertain: 0, cancelled: 0 },
        parts: 4,
        ended: 1,
        unlisted: 1,
        requests: 2_000,
        done: 700,
        failed: 4,
      });
    });

    it('at most as many requests of a batch as were sent', () => {
      const other = batch({ id: 'a', metrics: { total: 900, succeeded: 100, failed: 800 } });
      const { done: ended, failed } = sumOf([sent('a')], other);
      assert.deepEqual([ended, failed], [500, 500]);
    });

    it('nothing for a batch without a total', () => {
      assert.equal(sumOf([sent('a')], batch({ id: 'a' })).done, 0);
    });

    const anyState = fc.oneof(
      fc.constantFrom(waiting, sending, refused, uncertain, cancelled),
      fc.constantFrom('a', 'b', 'c', 'x').map((id) => sent(id)),
    );

    itAlways('consistent numbers, whatever the parts are', () => {
      fc.assert(
        fc.property(fc.array(anyState, { minLength: 1, maxLength: 8 }), anyBatches, (states, batches) => {
          const sum = sumOf(states, ...batches);
          const { counts, parts, ended, unlisted, requests, done: ended2, failed } = sum;
          assert.equal(
            Object.values(counts).reduce((all, count) => all + count, 0),
            parts,
          );
          assert.ok(ended + unlisted <= counts.sent);
          assert.ok(0 <= failed && failed <= ended2 && ended2 <= requests);
          assert.equal(requests, 500 * states.length);
        }),
      );
    });

    itAlways('the same numbers in a row and on its own', () => {
      fc.assert(
        fc.property(fc.array(anyState, { minLength: 2, maxLength: 8 }), anyBatches, (states, batches) => {
          const [submissionRow] = progressOfSubmissions([submission(states)], batches, later);
          assert.deepEqual(submissionRow?.sum, sumOf(states, ...batches));
        }),
      );
    });
  });

  describe('has a state', () => {
    const two = [sent('a'), sent('b')];

    it('that shows the most urgent part first', () => {
      assert.equal(stateOf([waiting, sending, refused, uncertain]), 'uncertain');
      assert.equal(stateOf([waiting, sending, refused]), 'refused');
      assert.equal(stateOf([waiting, sending, sent('a')]), 'sending');
      assert.equal(stateOf([waiting, cancelled, sent('a')], [done('a', 1)]), 'waiting');
    });

    it('running while batches run or are not in the list', () => {
      assert.equal(stateOf(two, [done('a'), running('b', 3)]), 'running');
      assert.equal(stateOf(two, [done('a')]), 'running');
    });

    it('that shows the result when everything has finished', () => {
      assert.equal(stateOf(two, [done('a'), done('b')]), 'done');
      assert.equal(stateOf(two, [done('a'), done('b', 1)]), 'failed');
      assert.equal(stateOf(two, [done('a'), batch({ id: 'b', status: 'FAILED' })]), 'failed');
      assert.equal(stateOf([sent('a'), cancelled], [done('a')]), 'cancelled');
    });
  });
});
