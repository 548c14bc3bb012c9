import * as assert from 'node:assert/strict';
import { batchFileLimits } from '../../../src/core/batchFile/schema/limits';
import {
  contentOf,
  type FileContent,
  hashOfRequests,
  isStillValid,
  planSubmission,
  type PlanInput,
  type PlanRefusal,
  type SubmissionPlan,
} from '../../../src/core/submissions/plan';
import type { Submission } from '../../../src/core/submissions/submission';
import { hashOf } from './support/hashes';
import { cancelled, part, refused, sending, sent, submission, then, uncertain, waiting } from './support/submissions';

const lineOf = (index: number, model = 'lipsync-2'): string =>
  JSON.stringify({ request_id: `ep-${index}`, payload: { model } });
const linesOf = (count: number): string[] => Array.from({ length: count }, (_, index) => lineOf(index));
const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

interface File extends Partial<Omit<PlanInput, 'content' | 'checked' | 'journal'>> {
  readonly errors?: number;
  readonly warnings?: number;
  readonly submissions?: readonly Submission[];
  readonly isWhole?: boolean;
}

/** Plans a file with these lines, of which the first one is line 3 of the document. */
async function decide(lines: readonly string[], file: File = {}): Promise<SubmissionPlan | PlanRefusal> {
  const { errors = 0, warnings = 0, submissions = [], isWhole = true, limits = batchFileLimits, ...rest } = file;
  const checked = { requests: lines.map((text, index) => ({ line: index + 2, text })), errors, warnings };
  return planSubmission({
    fileName: 'episodes.jsonl',
    fileUri: 'file:///episodes.jsonl',
    checked,
    content: await contentOf(checked, limits),
    limits,
    preflight: {},
    journal: { list: submissions, isWhole },
    ...rest,
  });
}

async function plan(lines: readonly string[], file: File = {}): Promise<SubmissionPlan> {
  const decision = await decide(lines, file);
  return decision.kind === 'plan' ? decision : assert.fail(JSON.stringify(decision));
}

describe('The plan of a submission', () => {
  it('has the exact bytes and hash of a file that fits into one batch', async () => {
    const lines = linesOf(20);
    const { kind, content, requests, fileName, fileUri } = await plan(lines);
    assert.deepEqual([kind, requests, fileName, fileUri], ['plan', 20, 'episodes.jsonl', 'file:///episodes.jsonl']);
    assert.deepEqual(content, {
      bytes: textOf(lines).length,
      hash: hashOf(textOf(lines)),
      parts: [{ lines, input: new TextEncoder().encode(textOf(lines)), hash: hashOf(textOf(lines)) }],
    });
  });

  it('splits a long file, with a hash for each part and one for the whole', async () => {
    const lines = linesOf(1_050);
    const { content } = await plan(lines);
    assert.deepEqual(
      content.parts.map((each) => each.lines.length),
      [350, 350, 350],
    );
    assert.deepEqual(
      content.parts.map(({ hash }) => hash),
      [0, 350, 700].map((from) => hashOf(textOf(lines.slice(from, from + 350)))),
    );
    assert.equal(content.hash, hashOf(textOf(lines)));
    assert.equal(content.bytes, textOf(lines).length);
  });

  it('obeys the limits of the user', async () => {
    const limits = { ...batchFileLimits, maxLines: 600 };
    assert.equal((await plan(linesOf(600), { limits })).content.parts.length, 1);
  });

  it('counts the models, most used first, and requests without a model as "?"', async () => {
    const lines = [...linesOf(20), lineOf(20, 'sync-3'), lineOf(21, 'sync-3'), '{"payload":{}}', '[]', 'no JSON'];
    assert.deepEqual((await plan(lines)).models, [
      ['lipsync-2', 20],
      ['?', 3],
      ['sync-3', 2],
    ]);
  });

  it('has the warnings of the check, and the estimate if there is one', async () => {
    const estimate = { usd: 12.5, at: then, estimated: 20, total: 20, isExtrapolated: false };
    const known = await plan(linesOf(20), { warnings: 2, preflight: { estimate } });
    assert.deepEqual([known.warnings, known.estimate], [2, estimate]);
    assert.equal((await plan(linesOf(20))).estimate, undefined);
  });

  it('says whether the journal was understood completely', async () => {
    assert.equal((await plan(linesOf(20))).isJournalWhole, true);
    assert.equal((await plan(linesOf(20), { isWhole: false })).isJournalWhole, false);
  });
});

describe('A submission is refused', () => {
  it('if the file has no requests', async () => {
    assert.deepEqual(await decide([], { errors: 3 }), { kind: 'empty' });
  });

  it('if a single line exceeds the limit of a batch, with its line in the document', async () => {
    const lines = [...linesOf(20), 'x'.repeat(3_000)];
    const limits = { ...batchFileLimits, maxBytes: 2_000 };
    assert.deepEqual(await decide(lines, { limits }), { kind: 'lineTooLong', line: 22, bytes: 3_001 });
  });

  it('if it needs several batches, and some of them would have too few requests', async () => {
    const limits = { ...batchFileLimits, maxLines: 30 };
    assert.deepEqual(await decide(linesOf(35), { limits }), { kind: 'tooFewPerBatch', parts: 2 });
  });

  it('if it has errors and has not passed the dry run', async () => {
    const refusal = { kind: 'hasErrors', errors: 2 };
    assert.deepEqual(await decide(linesOf(20), { errors: 2 }), refusal);
    assert.deepEqual(await decide(linesOf(20), { errors: 2, preflight: { isValidated: false } }), refusal);
    assert.deepEqual(await decide(linesOf(5), { errors: 2 }), refusal, 'errors come before the number of requests');
  });

  it('but not because of errors if it has passed the dry run', async () => {
    const { errors } = await plan(linesOf(20), { errors: 2, preflight: { isValidated: true } });
    assert.equal(errors, 2);
  });

  it('if it has too few requests, even if it has passed the dry run', async () => {
    const refusal = { kind: 'tooFewRequests', requests: 19 };
    assert.deepEqual(await decide(linesOf(19)), refusal);
    assert.deepEqual(await decide(linesOf(19), { errors: 1, preflight: { isValidated: true } }), refusal);
  });

  it('whatever the journal says', async () => {
    assert.deepEqual(await decide([], { submissions: [submission([sent('a')])], isWhole: false }), { kind: 'empty' });
  });
});

describe('The plan lists earlier submissions', () => {
  const lines = linesOf(1_050);
  const whole = hashOf(textOf(lines));
  const first = hashOf(textOf(lines.slice(0, 350)));
  const earlierOf = async (...submissions: Submission[]) => (await plan(lines, { submissions })).earlier;

  it('of the same content, with their batches', async () => {
    const same = submission([sent('a'), part(sent('b'), { earlier: [sent('c')] })], { hash: whole, id: 'same' });
    const other = submission([sent('d')], { id: 'other' });
    assert.deepEqual(await earlierOf(same, other), [
      { id: 'same', at: then, batchIds: ['a', 'b', 'c'], isUncertain: false, isOpen: false },
    ]);
  });

  it('of a part of the content', async () => {
    const one = submission([], { parts: [part(sent('a'), { hash: first })], id: 'part' });
    assert.deepEqual(
      (await earlierOf(one)).map(({ id }) => id),
      ['part'],
    );
  });

  it('that are uncertain, now or in an earlier attempt', async () => {
    for (const state of [uncertain(), part(refused, { earlier: [uncertain()] })]) {
      const [found] = await earlierOf(submission([state], { hash: whole }));
      assert.equal(found?.isUncertain, true);
      assert.equal((await plan(lines, { submissions: [submission([state], { hash: whole })] })).isUncertain, true);
    }
    assert.equal((await plan(lines)).isUncertain, false);
  });

  it('that are not completely sent yet', async () => {
    for (const state of [sending(), waiting]) {
      const [found] = await earlierOf(submission([sent('a'), state], { hash: whole }));
      assert.deepEqual([found?.isOpen, found?.isUncertain], [true, false], state.kind);
    }
  });

  it('but none of which certainly nothing was sent and nothing will be', async () => {
    assert.deepEqual(await earlierOf(submission([refused, cancelled], { hash: whole })), []);
  });

  it('newest first, as the journal has them', async () => {
    const found = await earlierOf(
      submission([sent('b')], { hash: whole, id: 'new', createdAt: then + 1 }),
      submission([sent('a')], { hash: whole, id: 'old' }),
    );
    assert.deepEqual(
      found.map(({ id }) => id),
      ['new', 'old'],
    );
  });
});

describe('A plan that the user was shown', () => {
  const lines = linesOf(20);
  const hash = hashOf(textOf(lines));
  const planWith = (...submissions: Submission[]) => plan(lines, { submissions });
  const one = submission([sent('a')], { hash });

  it('is valid while the journal says the same', async () => {
    assert.equal(isStillValid(await planWith(), await planWith()), true);
    assert.equal(isStillValid(await planWith(one), await planWith(one)), true);
  });

  it('is valid if an earlier submission has disappeared', async () => {
    assert.equal(isStillValid(await planWith(one), await planWith()), true);
  });

  it('is not valid any more if the same content was submitted meanwhile', async () => {
    assert.equal(isStillValid(await planWith(), await planWith(one)), false);
    assert.equal(isStillValid(await planWith(one), await planWith({ ...one, id: 'two' }, one)), false);
  });

  it('is not valid any more if an earlier submission has become uncertain, or certain', async () => {
    const unknown = submission([uncertain()], { hash });
    assert.equal(isStillValid(await planWith(one), await planWith(unknown)), false);
    assert.equal(isStillValid(await planWith(unknown), await planWith(one)), false);
  });
});

describe('The hash of the requests', () => {
  it('is that of the content, without splitting it', async () => {
    const requests = linesOf(1_050).map((text, line) => ({ line, text }));
    const content = (await contentOf({ requests }, batchFileLimits)) as FileContent;
    assert.equal(await hashOfRequests(requests), content.hash);
  });

  it('does not depend on line ends and blank lines of the document', async () => {
    assert.equal(
      await hashOfRequests(['a', '', 'b\r'].map((text, line) => ({ line, text }))),
      await hashOfRequests(['a', 'b'].map((text, line) => ({ line, text }))),
    );
  });
});
