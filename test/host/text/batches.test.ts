import * as assert from 'node:assert/strict';
import { batchStatuses } from '../../../src/core/batches/status';
import {
  batchDescription,
  batchLabel,
  groupLabel,
  progressText,
  statusText,
} from '../../../src/editor/batches/text/batches';
import { batchesText } from '../../../src/editor/shared/counts';
import { batch } from '../support/batches';

const plain = (text: string): string => text.replace(/\s/g, ' ');

describe('The text of a status', () => {
  it('is different for each documented status', () => {
    assert.deepEqual(batchStatuses.map(statusText), ['Processing', 'Jobs created', 'Pending', 'Failed', 'Completed']);
  });

  it('is the unchanged status if it is unknown', () => {
    assert.equal(statusText('PARTIALLY_DONE'), 'PARTIALLY_DONE');
    assert.equal(statusText('constructor'), 'constructor');
    assert.equal(statusText('__proto__'), '__proto__');
  });

  it('stays on one line and in one direction, even if hostile', () => {
    const text = statusText(`DONE\n\u202e${'x'.repeat(200)}`);
    assert.equal(text.length, 60);
    assert.doesNotMatch(text, /[\n\u202e]/);
  });
});

describe('The text of the progress', () => {
  it('has the finished requests while the batch runs', () => {
    assert.equal(progressText(batch({ metrics: { total: 10, succeeded: 3, pending: 7 } })), '3 of 10 done');
    assert.equal(
      progressText(batch({ metrics: { total: 10, succeeded: 3, failed: 2, pending: 5 } })),
      '5 of 10 done, 2 failed',
    );
  });

  it('has the succeeded requests when the batch has finished', () => {
    const metrics = { total: 5, succeeded: 4, failed: 1 };
    assert.equal(progressText(batch({ status: 'COMPLETED', metrics })), '4 of 5 succeeded, 1 failed');
    assert.equal(
      progressText(batch({ status: 'FAILED', metrics: { total: 5, failed: 5 } })),
      '0 of 5 succeeded, 5 failed',
    );
  });

  it('works without a total, right after creation', () => {
    assert.equal(progressText(batch({ status: 'PENDING' })), 'no requests counted yet');
    assert.equal(progressText(batch({ status: 'PENDING', metrics: { total: 20 } })), '0 of 20 done');
  });

  it('never exceeds the total', () => {
    const metrics = { total: 5, succeeded: 9, failed: 3 };
    assert.equal(progressText(batch({ metrics })), '5 of 5 done, 3 failed');
    assert.equal(progressText(batch({ status: 'COMPLETED', metrics })), '5 of 5 succeeded, 3 failed');
  });
});

describe('The description of a batch', () => {
  const createdAt = new Date(2020, 10, 24, 14, 5).getTime();

  it('has the counts and the day', () => {
    const metrics = { total: 5, succeeded: 4, failed: 1 };
    assert.equal(
      batchDescription(batch({ status: 'COMPLETED', createdAt, metrics })),
      '4 of 5 · 1 failed · Nov 24, 2020',
    );
    assert.equal(
      batchDescription(batch({ createdAt, metrics: { total: 10, succeeded: 3 } })),
      '3 of 10 · Nov 24, 2020',
    );
    assert.equal(batchDescription(batch({ createdAt })), 'Nov 24, 2020');
  });

  it('has the time of day for a batch of today', () => {
    assert.match(plain(batchDescription(batch({ createdAt: Date.now() }))), /^\d{1,2}:\d{2} [AP]M$/);
  });

  it('says so if the API returned no readable time', () => {
    assert.equal(batchDescription(batch({ createdAt: undefined })), 'time unknown');
  });

  it('tells screen readers everything that is visible', () => {
    const metrics = { total: 5, succeeded: 4, failed: 1 };
    assert.equal(
      plain(batchLabel(batch({ id: 'batch_abc123', status: 'COMPLETED', createdAt, metrics }))),
      'batch_abc123, Completed, 4 of 5 succeeded, 1 failed, created November 24, 2020 at 2:05 PM',
    );
    assert.equal(
      batchLabel(batch({ status: 'NEW_ONE', createdAt: undefined })),
      'batch_1, NEW_ONE, no requests counted yet',
    );
  });
});

describe('The label of a group', () => {
  it('has a singular and a plural', () => {
    assert.equal(batchesText(0), '0 batches');
    assert.equal(batchesText(1), '1 batch');
    assert.equal(groupLabel('JOBS_CREATED', 2), 'Jobs created, 2 batches');
  });
});
