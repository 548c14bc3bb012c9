/** What a batch shows at one moment. */
export interface BatchState {
  status: string;
  total: number;
  succeeded: number;
  failed: number;
  pending: number;
}

/** How a row of a batch ends. The three final statuses are declared by the official client. */
export type Outcome = 'COMPLETED' | 'FAILED' | 'REJECTED';

/** Where a batch stands, and how it goes on from there. */
export interface BatchPlan {
  /** The state it was given. Without `movement` it keeps it. */
  start: BatchState;
  movement?: Movement;
}

export interface Movement {
  /** Moment from which it moves, ms since the epoch. */
  since: number;
  /** Length of the whole life, ms. */
  lifeMs: number;
  /** Share of the life (0 to 1) that was behind it at `since`. */
  from: number;
  /** How many of the rows that were open at `since` will fail. */
  failing: number;
  /** If known, how each row ends; then `failing` is not used. */
  outcomes?: readonly Outcome[];
  end: 'COMPLETED' | 'FAILED';
}

export const batchStatuses = ['PENDING', 'JOBS_CREATED', 'PROCESSING', 'COMPLETED', 'FAILED'] as const;

const pendingUntil = 0.05;
const jobsCreatedUntil = 0.1;

export function isTerminal(status: string): boolean {
  return status === 'COMPLETED' || status === 'FAILED';
}

/**
 * How long a batch of this size lives at speed 1, in ms. Invented: only "up to 24 hours" is documented. 20 requests
 * take 20 minutes, 500 take a bit over 4 hours.
 */
export function naturalLifeMs(total: number): number {
  return 60_000 * (10 + total / 2);
}

/** The share of its life that a batch in this state has behind it. */
export function shareBehind(state: BatchState): number {
  if (isTerminal(state.status)) return 1;
  if (state.status === 'JOBS_CREATED') return pendingUntil;
  if (state.status !== 'PROCESSING') return 0;
  const done = state.total === 0 ? 0 : (state.succeeded + state.failed) / state.total;
  return jobsCreatedUntil + (1 - jobsCreatedUntil) * Math.min(1, done);
}

/**
 * The state at a moment: nothing but a function of the plan and the clock, so a test with its own clock sees the same
 * every time. The order of the statuses and the zeros of a fresh batch are documented; that JOBS_CREATED comes between
 * PENDING and PROCESSING, and that a rejected row counts as failed, is inferred.
 */
export function stateAt(plan: BatchPlan, now: number): BatchState {
  const { start, movement } = plan;
  if (movement === undefined) return start;
  const share = movement.from + Math.max(0, now - movement.since) / movement.lifeMs;
  const total = start.total;
  if (share < pendingUntil) return { status: 'PENDING', total, succeeded: 0, failed: 0, pending: 0 };
  if (share < jobsCreatedUntil) return { status: 'JOBS_CREATED', total, succeeded: 0, failed: 0, pending: total };

  const doneBefore = Math.min(total, start.succeeded + start.failed);
  const doneShare = (share - jobsCreatedUntil) / (1 - jobsCreatedUntil);
  const done = share >= 1 ? total : Math.max(doneBefore, Math.floor(total * doneShare));
  const failed = start.failed + failedBetween(movement, doneBefore, done, total);
  return {
    status: share >= 1 ? movement.end : 'PROCESSING',
    total,
    succeeded: done - failed,
    failed,
    pending: total - done,
  };
}

function failedBetween(movement: Movement, doneBefore: number, done: number, total: number): number {
  if (movement.outcomes !== undefined) {
    return movement.outcomes.slice(doneBefore, done).filter((outcome) => outcome !== 'COMPLETED').length;
  }
  if (done === doneBefore) return 0;
  return Math.floor(((done - doneBefore) * movement.failing) / (total - doneBefore));
}
