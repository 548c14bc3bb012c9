import type { Part, PartState, Submission } from '../../../../src/core/submissions/submission';
import { hashOf } from './hashes';

/** The time of everything in the examples. */
export const then = Date.UTC(2026, 10, 24, 11);

export const waiting: PartState = { kind: 'waiting' };
export const cancelled: PartState = { kind: 'cancelled' };
export const sending = (at = then): PartState => ({ kind: 'sending', at });
export const sent = (batchId: string, at = then): PartState => ({ kind: 'sent', at, endedAt: at + 1_000, batchId });
export const refused: PartState = {
  kind: 'refused',
  at: then,
  endedAt: then + 1_000,
  reason: 'planRequired',
  message: 'No.',
};
export const uncertain = (at = then): PartState => ({
  kind: 'uncertain',
  at,
  endedAt: at + 1_000,
  reason: 'timeout',
  message: 'no answer',
});

export function part(state: PartState, parts: Partial<Part> = {}): Part {
  return { lines: 20, bytes: 2_000, hash: hashOf('part'), state, ...parts };
}

/** A submission with defaults for what the test does not care about. */
export function submission(states: readonly (PartState | Part)[], parts: Partial<Submission> = {}): Submission {
  const all = states.map((each) => ('state' in each ? each : part(each)));
  return {
    id: 'one',
    createdAt: then,
    fileName: 'episodes.jsonl',
    hash: hashOf('whole'),
    lines: 20 * all.length,
    bytes: 2_000 * all.length,
    parts: all,
    ...parts,
  };
}
