import * as assert from 'node:assert/strict';
import { finishedBadge, finishedText } from '../../../src/editor/sidebar/text/notifications';
import { batch, batchesOf } from '../support/batches';

const noNames = (): undefined => undefined;

describe('The text of a notification', () => {
  it('says that a batch is complete, with its progress', () => {
    const done = batch({ id: 'batch_abc123', status: 'COMPLETED', metrics: { total: 5, succeeded: 5 } });
    assert.equal(finishedText([done], noNames), 'The batch batch_abc123 is complete: 5 of 5 succeeded.');
  });

  it('has the failed requests of a complete batch', () => {
    const done = batch({ id: 'b', status: 'COMPLETED', metrics: { total: 5, succeeded: 3, failed: 2 } });
    assert.equal(finishedText([done], noNames), 'The batch b is complete: 3 of 5 succeeded, 2 failed.');
  });

  it('says that a batch has failed', () => {
    const lost = batch({ id: 'b', status: 'FAILED', metrics: { total: 5, failed: 5 } });
    assert.equal(finishedText([lost], noNames), 'The batch b has failed: 0 of 5 succeeded, 5 failed.');
  });

  it('works if the API returned no counts', () => {
    assert.equal(
      finishedText([batch({ status: 'FAILED' })], noNames),
      'The batch batch_1 has failed: no requests counted yet.',
    );
  });

  it('uses the name that the user gave the batch', () => {
    const done = batch({ id: 'b', status: 'COMPLETED', metrics: { total: 1, succeeded: 1 } });
    const nameOf = (id: string): string | undefined => (id === 'b' ? 'Trailer, French' : undefined);
    assert.equal(finishedText([done], nameOf), 'The batch Trailer, French is complete: 1 of 1 succeeded.');
  });

  it('summarizes several batches in one sentence', () => {
    assert.equal(finishedText(batchesOf('COMPLETED', 2), noNames), '2 batches have finished: 2 completed.');
    assert.equal(finishedText(batchesOf('FAILED', 3), noNames), '3 batches have finished: 3 failed.');
    assert.equal(
      finishedText([...batchesOf('FAILED', 1), ...batchesOf('COMPLETED', 2)], noNames),
      '3 batches have finished: 2 completed, 1 failed.',
    );
  });

  it('is empty without batches', () => {
    assert.equal(finishedText([], noNames), '');
  });

  it('stays on one line of limited length, in one direction, whatever the ID or the name is', () => {
    for (const hostile of [`a\nb\u202ec${'x'.repeat(1_000)}`, '{0}{1}', '$1 $& $`']) {
      const byId = finishedText([batch({ id: hostile, status: 'COMPLETED' })], noNames);
      const byName = finishedText([batch({ status: 'COMPLETED' })], () => hostile);
      for (const text of [byId, byName]) {
        assert.doesNotMatch(text, /[\n\u202e]/);
        assert.ok(text.length < 300, String(text.length));
        assert.match(text, /^The batch .+ is complete: no requests counted yet\.$/);
        assert.ok(hostile.length > 100 || text.includes(hostile), text);
      }
    }
  });
});

describe('The text of the badge', () => {
  it('has a sentence about one batch', () => {
    assert.deepEqual(finishedBadge(batchesOf('COMPLETED', 1)), {
      value: 1,
      tooltip: '1 batch has completed since you last looked.',
    });
    assert.equal(finishedBadge(batchesOf('FAILED', 1)).tooltip, '1 batch has failed since you last looked.');
  });

  it('has a sentence about several batches', () => {
    assert.deepEqual(finishedBadge([...batchesOf('COMPLETED', 2), ...batchesOf('FAILED', 10)]), {
      value: 12,
      tooltip: '12 batches have finished since you last looked: 2 completed, 10 failed.',
    });
  });
});
