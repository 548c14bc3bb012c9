/**
 * The journal can't be used, so nothing may be sent.
 * - `broken`: its file has an unknown format. It is left unchanged: it may be the only record of money spent.
 * - `conflict`: the submission has changed meanwhile, here or in another window.
 */
export class JournalError extends Error {
  override readonly name = 'JournalError';

  constructor(
    readonly reason: 'broken' | 'conflict',
    message: string,
  ) {
    super(message);
  }
}

/** The stored copy of an input is missing or has changed, so it can't be sent. */
export class InputMissingError extends Error {
  override readonly name = 'InputMissingError';
}

/** A request was sent, but its outcome could not be written to the journal. The cause says why. */
export class OutcomeNotRecordedError extends Error {
  override readonly name = 'OutcomeNotRecordedError';

  constructor(override readonly cause: unknown) {
    super('a request was sent, but its outcome could not be recorded', { cause });
  }
}
