import * as v from 'valibot';
import type { ApiErrorReason } from '../api/http/errors';
import type { Clock } from '../common/clock';
import { type Disposable, Emitter } from '../common/emitter';
import { isRecord, parseJson } from '../common/json';
import type { SharedFiles } from '../account/sharedFiles';
import type { Log } from '../common/log';
import { interrupted, isSettled, type Part, type Submission } from './submission';

export interface JournalHost {
  files: SharedFiles;
  /** See `accountOf`. */
  account: string;
  /** Names this window, unlike any other. */
  window: string;
  clock: Clock;
  log: Log;
}

/**
 * The journal can't be relied on, so nothing may be sent.
 * - `broken`: its file is not what we write. It is left as it is, since it may be all that is known of money spent.
 * - `conflict`: another window has done something about the same submission meanwhile.
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

/** How many submissions are kept at least, and for how long, in milliseconds. Unsettled ones are always kept. */
const mostSettled = 500;
const settledForMs = 90 * 24 * 60 * 60_000;

/** No window says that it will be alive for longer than this, in milliseconds. */
const longestLeaseMs = 5 * 60_000;

/** The pause after a failed look at what those who were at something have left, in milliseconds. */
const lookAgainMs = 30_000;

/**
 * What was submitted in one account, and what came of it, in a file that all windows of the user share. Every change is
 * made on the newest state while no other window makes one, and is on the disk when its promise resolves.
 *
 * What a later version has written is kept as it is, field by field and entry by entry.
 */
export class Journal implements Disposable {
  private current: readonly Submission[] = [];
  private seen = JSON.stringify([[], []]);
  private isAllKnown = false;
  /** The submissions that this window is at. */
  private readonly held = new Set<string>();
  private isDisposed = false;
  private cancelReading = (): void => undefined;
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;

  constructor(private readonly host: JournalHost) {}

  /** Newest first. */
  get list(): readonly Submission[] {
    return this.current;
  }

  /** The list is all there is: it has been read, and there is nothing in the file that we do not understand. */
  get isWhole(): boolean {
    return this.isAllKnown;
  }

  find(id: string): Submission | undefined {
    return this.current.find((submission) => submission.id === id);
  }

  /**
   * The submissions of the same content, a whole file or one of its parts, that was sent, may have been, or waits to be.
   * Those of which it is certain that nothing was and nothing will be sent are left out.
   */
  withHash(hash: string): Submission[] {
    return this.current.filter(
      ({ hash: whole, parts }) =>
        (whole === hash && parts.some(mayBeSent)) || parts.some((part) => part.hash === hash && mayBeSent(part)),
    );
  }

  /**
   * Reads what all windows have written. What was being sent by somebody who is gone is not known to have arrived or not:
   * that is written down.
   * @throws {JournalError} `broken`; {Error} when the file can't be read.
   */
  async read(): Promise<void> {
    await this.edit((entries) => {
      const changed = entries.map((entry) => {
        const { submission } = entry;
        return submission === undefined || !this.isAbandoned(submission)
          ? entry
          : entryOf(interrupted(submission, this.host.clock.now()));
      });
      return changed.some((entry, index) => entry !== entries[index]) ? changed : undefined;
    });
  }

  /**
   * Writes down a new submission.
   * @throws {JournalError} `broken`; {Error} when it can't be written.
   */
  async add(submission: Submission): Promise<void> {
    await this.edit((entries) => [...this.withoutOld(entries), entryOf(submission)]);
  }

  /**
   * Changes a submission as it is at that moment, whatever this window knew of it.
   * @param change gets the newest state, and that of all submissions. What it throws is thrown on, and nothing is changed.
   * @param others what that means for each of the other submissions; the same one where it means nothing.
   * @throws {JournalError} `broken`, or `conflict` where it is not there any more; {Error} when it can't be written.
   */
  async change(
    id: string,
    change: (submission: Submission, all: readonly Submission[]) => Submission,
    others: (submission: Submission) => Submission = (same) => same,
  ): Promise<Submission> {
    let result: Submission | undefined;
    await this.edit((entries) => {
      const all = entries.flatMap(({ submission }) => submission ?? []);
      const changed = entries.map((entry) => {
        if (entry.submission === undefined) {
          return entry;
        }
        if (entry.submission.id !== id) {
          const other = others(entry.submission);
          return other === entry.submission ? entry : entryOf(other);
        }
        result = change(entry.submission, all);
        return entryOf(result);
      });
      if (result === undefined) {
        throw new JournalError('conflict', `there is no submission ${id}`);
      }
      return changed;
    });
    return result as unknown as Submission;
  }

  /** True where another window is at it and lives, as far as can be told. */
  isElsewhere({ runner }: Submission): boolean {
    const now = this.host.clock.now();
    // What reaches further was written when the clock was wrong, and would bar the submission until that time has come.
    return (
      runner !== undefined &&
      runner.window !== this.host.window &&
      runner.until >= now &&
      runner.until <= now + longestLeaseMs
    );
  }

  /** Says that this window is at a submission, until the returned function is called. */
  hold(id: string): () => void {
    this.held.add(id);
    return () => this.held.delete(id);
  }

  dispose(): void {
    this.isDisposed = true;
    this.cancelReading();
    this.changes.dispose();
  }

  private get fileName(): string {
    return `submissions-${this.host.account}.json`;
  }

  private async edit(change: (entries: readonly Entry[]) => readonly Entry[] | undefined): Promise<void> {
    let entries: readonly Entry[] = [];
    await this.host.files.update(this.fileName, (text) => {
      const { rest, entries: before } = parseJournal(text);
      const changed = change(before);
      entries = changed ?? before;
      return changed && JSON.stringify({ ...rest, version, submissions: changed.map(({ raw }) => raw) });
    });
    this.take(entries);
  }

  private take(entries: readonly Entry[]): void {
    this.isAllKnown = entries.every(({ submission }) => submission !== undefined);
    const list = entries.flatMap(({ submission }) => submission ?? []).sort((a, b) => b.createdAt - a.createdAt);
    // Whether somebody is at them changes with the time, even where nothing in the file does.
    const seen = JSON.stringify([list, list.map((submission) => this.isElsewhere(submission))]);
    const isSame = seen === this.seen;
    this.seen = seen;
    this.current = list;
    this.readAgainWhenOver(list);
    if (!isSame) {
      this.changes.fire();
    }
  }

  /** Looks again when those who are at something now would have to have given a sign of life. */
  private readAgainWhenOver(list: readonly Submission[]): void {
    this.cancelReading();
    const others = list.filter((submission) => this.isElsewhere(submission));
    if (others.length > 0) {
      const next = Math.min(...others.map(({ runner }) => runner?.until ?? Infinity));
      this.readAfter(next - this.host.clock.now() + 1);
    }
  }

  private readAfter(delayMs: number): void {
    // What is on the wire is written down even after the end of the window's other work. Nobody looks by then.
    if (this.isDisposed) {
      return;
    }
    const { clock, log } = this.host;
    this.cancelReading = clock.schedule(delayMs, () => {
      this.read().catch((error: unknown) => {
        log.warn(`The journal could not be read: ${String(error)}`);
        this.readAfter(lookAgainMs);
      });
    });
  }

  /** Something is being sent, or may be, by somebody who is not there any more. */
  private isAbandoned(submission: Submission): boolean {
    const { id, runner, parts } = submission;
    const isOurs = runner?.window === this.host.window && this.held.has(id);
    return parts.some(({ state }) => state.kind === 'sending') && !isOurs && !this.isElsewhere(submission);
  }

  private withoutOld(entries: readonly Entry[]): readonly Entry[] {
    const settled = entries.filter(({ submission }) => submission !== undefined && isSettled(submission));
    const oldestKept = this.host.clock.now() - settledForMs;
    const old = new Set(
      settled
        .sort((a, b) => createdAt(b) - createdAt(a))
        .slice(mostSettled - 1)
        .filter((entry) => createdAt(entry) < oldestKept),
    );
    return entries.filter((entry) => !old.has(entry));
  }
}

/** An entry of the file as it is, and as a submission where it is one that we understand. */
interface Entry {
  readonly raw: unknown;
  readonly submission: Submission | undefined;
}

const createdAt = ({ submission }: Entry): number => submission?.createdAt ?? 0;

function mayBeSent({ state, earlier = [] }: Part): boolean {
  return [state, ...earlier].some(({ kind }) => kind !== 'refused' && kind !== 'cancelled');
}

const version = 1;

/** Within what a `Date` can say, with room on both sides. */
const time = v.pipe(v.number(), v.minValue(0), v.maxValue(8e15));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.string();
/** It names a file, so it must be nothing else. */
const hash = v.pipe(text, v.regex(/^[0-9a-f]{64}$/));
const reason = v.custom<ApiErrorReason>((value) => typeof value === 'string');
const ended = { at: time, endedAt: time };
// Loose, so that the fields of a later version go with what they belong to.
const partState = v.variant('kind', [
  v.looseObject({ kind: v.literal('waiting') }),
  v.looseObject({ kind: v.literal('sending'), at: time }),
  v.looseObject({ kind: v.literal('sent'), ...ended, batchId: v.pipe(text, v.nonEmpty()) }),
  v.looseObject({ kind: v.literal('refused'), ...ended, reason, message: text }),
  v.looseObject({ kind: v.literal('uncertain'), ...ended, reason, message: text }),
  v.looseObject({ kind: v.literal('cancelled') }),
]);
const storedSubmission = v.looseObject({
  id: v.pipe(text, v.nonEmpty()),
  createdAt: time,
  fileName: text,
  fileUri: v.optional(text),
  hash,
  lines: count,
  bytes: count,
  webhookUrl: v.optional(text),
  parts: v.pipe(
    v.array(
      v.looseObject({
        lines: count,
        bytes: count,
        hash,
        state: partState,
        earlier: v.optional(v.array(partState)),
      }),
    ),
    v.nonEmpty(),
  ),
  runner: v.optional(v.looseObject({ window: text, until: time })),
});

/** @throws {JournalError} `broken` where the text is not a journal that we can add to. */
function parseJournal(file: string | undefined): { rest: Record<string, unknown>; entries: Entry[] } {
  if (file === undefined) {
    return { rest: {}, entries: [] };
  }
  const parsed = parseJson(file);
  if (!isRecord(parsed) || parsed['version'] !== version || !Array.isArray(parsed['submissions'])) {
    throw new JournalError('broken', 'the file of submissions is damaged, or of a later version');
  }
  const { submissions, ...rest } = parsed;
  const entries = (submissions as unknown[]).map((raw): Entry => {
    const result = v.safeParse(storedSubmission, raw);
    return { raw, submission: result.success ? result.output : undefined };
  });
  return { rest, entries };
}

/** What was not understood of a submission is still in it: see `storedSubmission`. */
function entryOf(submission: Submission): Entry {
  return { raw: submission, submission };
}
