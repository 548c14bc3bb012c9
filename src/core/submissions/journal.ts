import * as v from 'valibot';
import type { ApiErrorReason } from '../api/http/errors';
import type { Clock } from '../common/clock';
import { type Disposable, Emitter } from '../common/emitter';
import { isRecord, parseJson } from '../common/json';
import type { SharedFiles } from '../account/sharedFiles';
import type { Log } from '../common/log';
import { JournalError } from './errors';
import { isSettled, type Submission } from './submission';
import { interrupted } from './transitions';

export interface JournalHost {
  files: SharedFiles;
  /** See `accountIdOf`. */
  account: string;
  /** A unique ID of this window. */
  window: string;
  clock: Clock;
  log: Log;
}

/** A settled submission is deleted if it is older than this, in milliseconds, and not among the newest ones. */
const maxSettledAgeMs = 90 * 24 * 60 * 60_000;
const minSettledCount = 500;

/** No window takes a longer lease than this, in milliseconds. */
const maxLeaseMs = 5 * 60_000;

/** The pause before the file is read again after that failed, in milliseconds. */
const retryReadMs = 30_000;

/**
 * The submissions of one account and their outcomes, in a file that all windows of the user share. Every change is made to
 * the newest stored state, under a lock, and is on the disk when its promise resolves.
 *
 * Fields and entries that a later version has written are preserved.
 */
export class Journal implements Disposable {
  private current: readonly Submission[] = [];
  private lastSeen = JSON.stringify([[], []]);
  private isComplete = false;
  /** The submissions that this window is running. */
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

  /** The file has been read, and every entry in it was understood. */
  get isWhole(): boolean {
    return this.isComplete;
  }

  find(id: string): Submission | undefined {
    return this.current.find((submission) => submission.id === id);
  }

  /**
   * Reads what all windows have written. What a window was sending that is gone by now is recorded as uncertain.
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
   * Adds a new submission, and deletes old ones.
   * @throws {JournalError} `broken`; {Error} when it can't be written.
   */
  async add(submission: Submission): Promise<void> {
    await this.edit((entries) => [...this.withoutExpired(entries), entryOf(submission)]);
  }

  /**
   * Changes a submission.
   * @param change Gets its newest stored state, and all submissions. If it throws, nothing is changed.
   * @param others What the change means for each other submission; returns the same object if it means nothing.
   * @throws {JournalError} `broken`, or `conflict` if the submission is gone; {Error} if it can't be written.
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

  /** Returns true if another window is running it and has given a sign of life recently. */
  isElsewhere({ runner }: Submission): boolean {
    const now = this.host.clock.now();
    // A longer lease was written while the clock was wrong. It would block the submission until that time.
    return (
      runner !== undefined &&
      runner.window !== this.host.window &&
      runner.until >= now &&
      runner.until <= now + maxLeaseMs
    );
  }

  /** Declares that this window is running a submission, until the returned function is called. */
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
    this.show(entries);
  }

  private show(entries: readonly Entry[]): void {
    this.isComplete = entries.every(({ submission }) => submission !== undefined);
    const list = entries.flatMap(({ submission }) => submission ?? []).sort((a, b) => b.createdAt - a.createdAt);
    // Leases expire, even if nothing in the file changes.
    const seen = JSON.stringify([list, list.map((submission) => this.isElsewhere(submission))]);
    const isSame = seen === this.lastSeen;
    this.lastSeen = seen;
    this.current = list;
    this.readWhenLeaseExpires(list);
    if (!isSame) {
      this.changes.fire();
    }
  }

  /** Reads the file again when the first lease of another window would have to be renewed. */
  private readWhenLeaseExpires(list: readonly Submission[]): void {
    this.cancelReading();
    const others = list.filter((submission) => this.isElsewhere(submission));
    if (others.length > 0) {
      const next = Math.min(...others.map(({ runner }) => runner?.until ?? Infinity));
      this.readAfter(next - this.host.clock.now() + 1);
    }
  }

  private readAfter(delayMs: number): void {
    // The outcome of a request is recorded even after the rest of the window is disposed.
    if (this.isDisposed) {
      return;
    }
    const { clock, log } = this.host;
    this.cancelReading = clock.schedule(delayMs, () => {
      this.read().catch((error: unknown) => {
        log.warn(`The journal could not be read: ${String(error)}`);
        this.readAfter(retryReadMs);
      });
    });
  }

  /** A window that is gone by now was sending something of it. */
  private isAbandoned(submission: Submission): boolean {
    const { id, runner, parts } = submission;
    const isOurs = runner?.window === this.host.window && this.held.has(id);
    return parts.some(({ state }) => state.kind === 'sending') && !isOurs && !this.isElsewhere(submission);
  }

  private withoutExpired(entries: readonly Entry[]): readonly Entry[] {
    const settled = entries.filter(({ submission }) => submission !== undefined && isSettled(submission));
    const oldestKept = this.host.clock.now() - maxSettledAgeMs;
    const expired = new Set(
      settled
        .sort((a, b) => createdAt(b) - createdAt(a))
        .slice(minSettledCount - 1)
        .filter((entry) => createdAt(entry) < oldestKept),
    );
    return entries.filter((entry) => !expired.has(entry));
  }
}

/** An entry of the file, and its submission; undefined if the entry is not understood. */
interface Entry {
  readonly raw: unknown;
  readonly submission: Submission | undefined;
}

const createdAt = ({ submission }: Entry): number => submission?.createdAt ?? 0;

const version = 1;

/** Within the range of a `Date`, with room on both sides. */
const time = v.pipe(v.number(), v.minValue(0), v.maxValue(8e15));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.string();
/** It is used as a file name, so nothing else is accepted. */
const hash = v.pipe(text, v.regex(/^[0-9a-f]{64}$/));
const reason = v.custom<ApiErrorReason>((value) => typeof value === 'string');
const ended = { at: time, endedAt: time };
// Loose, so that the fields of a later version are preserved.
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

/** @throws {JournalError} `broken` if the file is not a journal of this version. */
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

/** Unknown fields are still part of the submission: see `storedSubmission`. */
function entryOf(submission: Submission): Entry {
  return { raw: submission, submission };
}
