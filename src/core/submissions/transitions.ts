/**
 * The state machine of a part. All functions are pure: the journal applies them to the newest stored state, under its lock.
 *
 * | from                          | to        | when                                                                    |
 * | ----------------------------- | --------- | ----------------------------------------------------------------------- |
 * | waiting                       | sending   | the submitter is about to send it; recorded before the first byte leaves |
 * | waiting                       | cancelled | the user cancels the rest                                               |
 * | sending                       | sent      | the response contains the batch                                         |
 * | sending                       | refused   | no batch was created for certain                                        |
 * | sending                       | waiting   | rate limit: no batch was created, and the submitter retries later       |
 * | sending                       | cancelled | like `waiting`, but the user has cancelled meanwhile                    |
 * | sending                       | uncertain | the outcome is unknown, or the window that sent it is gone              |
 * | uncertain                     | sent      | the user confirms which batch it is                                     |
 * | uncertain                     | as above  | the response arrives late, from a window that had been thought to be gone   |
 * | uncertain, refused, cancelled | waiting   | the user sends it again; the old state moves to `earlier`               |
 * | sent                          | uncertain | the batch that the user confirmed is the response to another request    |
 *
 * `sent`, `refused` and `cancelled` are final unless the user acts; `uncertain` always waits for the user. No part leaves
 * `uncertain` or `refused` to be sent again without the user. `outcome.ts` decides which outcome a response means.
 *
 * An attempt is identified by the time at which it was sent. An outcome can arrive after the user has sent the part again;
 * then it is recorded with its own attempt, which by then is in `earlier`.
 */
import { JournalError } from './errors';
import { batchIdsOf, type Part, type PartState, type Submission } from './submission';

type SentState = Extract<PartState, { kind: 'sent' }>;

/** Identifies a request: which part, and when it was sent in milliseconds since 1970. */
export interface Attempt {
  readonly part: number;
  readonly at: number;
}

/** The longest time from sending a request until the server can have accepted it, in milliseconds. */
const maxInFlightMs = 10 * 60_000;

/** @throws {JournalError} `conflict` if there is no such part. */
export function stateOf({ parts, id }: Submission, part: number): PartState {
  return (parts[part] ?? throwNotFound(id)).state;
}

/** @throws {JournalError} `conflict` */
export function throwNotFound(id: string): never {
  throw new JournalError('conflict', `there is no such part of submission ${id}`);
}

export function stateConflict(state: PartState): JournalError {
  return new JournalError('conflict', `the part is ${state.kind} now`);
}

/** Replaces the state of one part. */
export function withState(submission: Submission, part: number, state: PartState): Submission {
  return withPart(submission, part, { state });
}

/**
 * Makes everything uncertain that is being sent, because the window that sent it is gone.
 * @param now In milliseconds since 1970.
 */
export function interrupted(submission: Submission, now: number): Submission {
  return {
    ...submission,
    runner: undefined,
    parts: submission.parts.map((part): Part => {
      const { state } = part;
      if (state.kind !== 'sending') {
        return part;
      }
      const { at } = state;
      const endedAt = Math.max(at, Math.min(now, at + maxInFlightMs));
      return { ...part, state: { kind: 'uncertain', at, endedAt, reason: 'interrupted', message: '' } };
    }),
  };
}

/** Cancels everything that is waiting. */
export function withWaitingCancelled(submission: Submission): Submission {
  return {
    ...submission,
    parts: submission.parts.map((part) =>
      part.state.kind === 'waiting' ? { ...part, state: { kind: 'cancelled' } } : part,
    ),
  };
}

/**
 * The user says that a batch is the result of an uncertain part.
 * @param all All submissions of the account.
 * @throws {JournalError} `conflict` if the part is not uncertain any more, or if the batch belongs to another part: then
 * this one would never be sent.
 */
export function withConfirmedBatch(
  submission: Submission,
  part: number,
  batchId: string,
  all: readonly Submission[],
): Submission {
  const state = stateOf(submission, part);
  if (state.kind !== 'uncertain') {
    throw stateConflict(state);
  }
  if (all.flatMap(batchIdsOf).includes(batchId)) {
    throw new JournalError('conflict', `batch ${batchId} belongs to another part`);
  }
  return withState(submission, part, { kind: 'sent', at: state.at, endedAt: state.endedAt, batchId });
}

/**
 * The user sends a part again: it waits from now on.
 * @param seen The state that the user was shown: the decision is valid for that state only.
 * @throws {JournalError} `conflict` if the state is another one by now.
 */
export function withAnotherAttempt(submission: Submission, part: number, seen: PartState): Submission {
  const state = stateOf(submission, part);
  const hasEnded = state.kind === 'uncertain' || state.kind === 'refused' || state.kind === 'cancelled';
  if (!hasEnded || JSON.stringify(state) !== JSON.stringify(seen)) {
    throw stateConflict(state);
  }
  const { earlier = [] } = submission.parts[part] ?? {};
  return withPart(submission, part, { state: { kind: 'waiting' }, earlier: [...earlier, state] });
}

/** Records the outcome of an attempt. A certain outcome is never lost, even if the part was sent again meanwhile. */
export function withOutcome(submission: Submission, attempt: Attempt, outcome: PartState): Submission {
  const known = withAttempt(submission, attempt, outcome);
  return outcome.kind === 'sent' ? withoutClaims(known, outcome, attempt.part) : known;
}

function withAttempt(submission: Submission, { part, at }: Attempt, outcome: PartState): Submission {
  const current = stateOf(submission, part);
  if (isAttempt(current, at)) {
    // The user has confirmed its batch meanwhile. An unknown outcome does not contradict that.
    return current.kind === 'sent' && outcome.kind === 'uncertain' ? submission : withState(submission, part, outcome);
  }
  const { earlier = [] } = submission.parts[part] ?? {};
  if (earlier.some((each) => isAttempt(each, at))) {
    const others = earlier.filter((each) => !isAttempt(each, at));
    if (outcome.kind === 'sent' && (current.kind === 'waiting' || current.kind === 'cancelled')) {
      // The user sent it again without knowing this. One batch was wanted, and it exists.
      return withPart(submission, part, { state: outcome, earlier: others });
    }
    if (outcome.kind === 'sent' && current.kind === 'refused') {
      // Otherwise it would be offered to be sent again, as a part that certainly has no batch.
      return withPart(submission, part, { state: outcome, earlier: [...others, current] });
    }
    const changed = earlier.map((each) => (isAttempt(each, at) ? outcome : each));
    return withPart(submission, part, {
      earlier: outcome.kind === 'waiting' || outcome.kind === 'cancelled' ? others : changed,
    });
  }
  if (outcome.kind !== 'sent' && outcome.kind !== 'uncertain') {
    // Recorded already: the disk had stored it although it reported an error.
    return submission;
  }
  // The `sending` state is gone: an older file has replaced the journal, from a backup, or from a window that was suspended
  // while it wrote. The part must not look as if it had never been sent.
  return current.kind === 'waiting' || current.kind === 'cancelled'
    ? withState(submission, part, outcome)
    : withPart(submission, part, { earlier: [...earlier, outcome] });
}

/**
 * Makes every other part uncertain again that claims this batch: the user took the batch for theirs, by its time and size,
 * before the response arrived.
 * @param owner The part that the response was for; omit for other submissions.
 */
function withoutClaims(submission: Submission, { at, batchId }: SentState, owner?: number): Submission {
  const checked = (state: PartState, index: number): PartState =>
    state.kind !== 'sent' || state.batchId !== batchId || (index === owner && state.at === at)
      ? state
      : { kind: 'uncertain', at: state.at, endedAt: state.endedAt, reason: 'interrupted', message: '' };
  const parts = submission.parts.map((each, index): Part => {
    const { state, earlier } = each;
    return {
      ...each,
      state: checked(state, index),
      ...(earlier === undefined ? {} : { earlier: earlier.map((one) => checked(one, index)) }),
    };
  });
  return { ...submission, parts };
}

/** What an outcome means for the other submissions: the same object if it means nothing. */
export function withoutClaimedBatch(other: Submission, outcome: PartState): Submission {
  return outcome.kind === 'sent' && batchIdsOf(other).includes(outcome.batchId) ? withoutClaims(other, outcome) : other;
}

/** A time that no earlier attempt of the part has, even if the clock was set back: it identifies the attempt. */
export function uniqueTime(part: Part | undefined, now: number): number {
  const used = new Set((part?.earlier ?? []).map((each) => ('at' in each ? each.at : undefined)));
  let at = now;
  while (used.has(at)) {
    at++;
  }
  return at;
}

/** A `sent` state counts too: the user may have confirmed the wrong batch. */
function isAttempt(state: PartState, at: number): boolean {
  return (state.kind === 'sending' || state.kind === 'uncertain' || state.kind === 'sent') && state.at === at;
}

function withPart(submission: Submission, part: number, change: Partial<Part>): Submission {
  return {
    ...submission,
    parts: submission.parts.map((each, index) => (index === part ? { ...each, ...change } : each)),
  };
}
