import * as assert from 'node:assert/strict';
import type { Batch } from '../../../src/core/batches/batch';
import { candidatesFor, candidatesSince } from '../../../src/core/submissions/candidates';
import { batchIdsOf, type Submission } from '../../../src/core/submissions/submission';
import { batch } from '../support/batches';
import { cancelled, part, refused, sending, sent, submission, then, uncertain, waiting } from './support/submissions';

const slackMs = 5 * 60_000;
/** The user checks the status an hour later. */
const now = then + 60 * 60_000;
const made = (id: string, createdAt: number | undefined = then, total = 20, webhookUrl?: string): Batch =>
  batch({ id, createdAt, metrics: { total }, webhookUrl });

describe('The candidates for an uncertain part', () => {
  const lost = submission([uncertain()]);
  const ids = (batches: readonly Batch[], others: readonly Submission[] = [], of = lost): string[] =>
    candidatesFor(of, 0, batches, [of, ...others], now).map(({ batch: { id } }) => id);

  it('are the batches that were created during the request, give or take five minutes', () => {
    const end = then + 1_000;
    const batches = [
      made('too early', then - slackMs - 1),
      made('first', then - slackMs),
      made('last', end + slackMs),
      made('too late', end + slackMs + 1),
    ];
    assert.deepEqual(ids(batches).sort(), ['first', 'last']);
    assert.equal(candidatesSince(lost, 0, now), then - slackMs);
  });

  it('start with batches of as many requests, then batches without a total, then all others', () => {
    const batches = [made('a', then, 19), made('b', then, 20), made('c', then + 1, 21), made('d', then, 0)];
    assert.deepEqual(ids(batches), ['b', 'd', 'a', 'c']);
  });

  it('start with batches with the same webhook, and do not hide the others', () => {
    const hook = 'https://example.com/hook';
    const batches = [made('other', then, 20, `${hook}2`), made('with', then, 20, hook), made('without', then + 1, 20)];
    assert.deepEqual(ids(batches), ['without', 'other', 'with']);
    assert.equal(ids(batches, [], submission([uncertain()], { webhookUrl: hook }))[0], 'with');
  });

  it('have the same webhook even if its URL is written in another notation', () => {
    const sentTo = submission([uncertain()], { webhookUrl: 'https://Example.com' });
    const [first] = candidatesFor(sentTo, 0, [made('with', then, 20, 'https://example.com/')], [], now);
    assert.equal(first?.sameWebhook, true);
  });

  it('exclude batches that are known results of other parts or earlier attempts', () => {
    const others = [
      submission([sent('a'), part(waiting, { earlier: [sent('b')] })], { id: 'two' }),
      submission([uncertain(), sent('c')], { id: 'three' }),
    ];
    assert.deepEqual(ids([made('a'), made('b'), made('c'), made('d')], others), ['d']);
  });

  it('include batches without a creation time', () => {
    const [candidate] = candidatesFor(
      lost,
      0,
      [batch({ id: 'a', createdAt: undefined, metrics: { total: 20 } })],
      [],
      now,
    );
    assert.deepEqual([candidate?.batch.id, candidate?.after, candidate?.sameTotal], ['a', undefined, true]);
  });

  it('are all batches since the day before if the clock was ahead and has been set back', () => {
    const hour = 60 * 60_000;
    const ahead = submission([uncertain(now + 2 * hour)]);
    const batches = [made('it', now), made('old', now - 25 * hour), made('far', now + 3 * hour)];
    assert.deepEqual(ids(batches, [], ahead).sort(), ['far', 'it']);
    assert.equal(candidatesSince(ahead, 0, now), now - 24 * hour);
  });

  it('are sorted by the number of requests, then by time', () => {
    const batches = [
      made('no total, at once', then, 0),
      made('minute before', then - 60_000),
      made('no time', undefined),
      made('at once', then + 10),
      made('minutes after', then + 240_000),
    ].map((each) => (each.id === 'no time' ? { ...each, createdAt: undefined } : each));
    const candidates = candidatesFor(lost, 0, batches, [], now);
    assert.deepEqual(
      candidates.map(({ batch: { id }, after, sameTotal }) => [id, after, sameTotal]),
      [
        ['at once', 10, true],
        ['minute before', -60_000, true],
        ['minutes after', 240_000, true],
        ['no time', undefined, true],
        ['no total, at once', 0, undefined],
      ],
    );
  });

  it('are empty for a part that is not uncertain', () => {
    for (const state of [waiting, sending(), sent('a'), refused, cancelled]) {
      assert.deepEqual(candidatesFor(submission([state]), 0, [made('b')], [], now), [], state.kind);
      assert.equal(candidatesSince(submission([state]), 0, now), undefined);
    }
    assert.deepEqual(candidatesFor(lost, 1, [made('b')], [], now), []);
    assert.equal(candidatesSince(lost, 1, now), undefined);
  });
});

describe('The batch IDs of a submission', () => {
  it('are those of all its parts, earlier attempts included', () => {
    const all = [sent('a'), part(sent('b'), { earlier: [uncertain(), sent('c')] }), refused, waiting, uncertain()];
    assert.deepEqual(batchIdsOf(submission(all)), ['a', 'b', 'c']);
  });
});
