import * as v from 'valibot';
import type { KnownBatches } from '../store';
import type { Clock } from '../../common/clock';
import { asError } from '../../common/errors';
import { parseJson } from '../../common/json';
import type { Log } from '../../common/log';
import type { SharedFiles } from '../../account/sharedFiles';
import { decodeList, encodeList } from './listCache';

/**
 * Who asks next, and what the last one learnt: a note that all windows with the same account read and write. With it
 * they ask as often as one window would.
 */
const note = v.object({
  /** When the list was last true. */
  at: v.fallback(v.number(), 0),
  /** When it was asked for; not there in the note of an earlier version. */
  askedAt: v.fallback(v.optional(v.number()), undefined),
  /** Names the list's content: unchanged content is not read again. */
  revision: v.fallback(v.string(), ''),
  /** Which window is asking, and until when it may be taken to be. */
  holder: v.fallback(v.string(), ''),
  heldUntil: v.fallback(v.number(), 0),
});
type Note = v.InferOutput<typeof note>;

/** A window that asked and never came back, closed perhaps, is waited for this many milliseconds. */
const longestTurnMs = 90_000;

/** What came of wanting to ask. */
export type LeaseOutcome =
  /** It is ours: ask, and then call `end`. */
  | { readonly kind: 'ours' }
  /** Another window is asking at this moment. */
  | { readonly kind: 'taken' }
  /** Another window has asked not long ago; this is what it learnt. */
  | { readonly kind: 'known'; readonly list: KnownBatches };

/** Lets the windows of one user take turns at asking about one account, and hands on what each one learns. */
export class RefreshLease {
  private seenRevision = '';
  private revisions = 0;
  private lastShared: KnownBatches | undefined;
  private isForgotten = false;
  /** Ends with all that is being written. */
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly files: SharedFiles,
    private readonly account: string,
    /** Names this window, unlike any other. */
    private readonly window: string,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Asks for the turn.
   * @param knownAt when our own list was last true, if ever.
   * @param freshMs how old a list of another window may be, in milliseconds.
   */
  async acquire(knownAt: number | undefined, freshMs: number): Promise<LeaseOutcome> {
    const now = this.clock.now();
    let turn: LeaseOutcome = { kind: 'ours' };
    let fresh: Note | undefined;
    await this.change((old) => {
      if (old.at > (knownAt ?? 0) && old.at > now - freshMs && old.at <= now) {
        fresh = old;
        return undefined;
      }
      // Held for longer than anybody holds it: by one that is gone, before the clock was set back.
      if (old.holder !== this.window && old.heldUntil > now && old.heldUntil <= now + longestTurnMs) {
        turn = { kind: 'taken' };
        return undefined;
      }
      return { ...old, holder: this.window, heldUntil: now + longestTurnMs };
    });
    if (fresh !== undefined) {
      const list = await this.listOf(fresh);
      return list === undefined ? this.acquire(fresh.at, freshMs) : { kind: 'known', list };
    }
    return turn;
  }

  /** Gives the turn back, and with it what was learnt, if anything. */
  async release(learnt: KnownBatches | undefined): Promise<void> {
    const kept = learnt === undefined ? undefined : await this.keep(learnt);
    await this.change((old) => ({
      // A part of the list is nothing to take over, though it took the place of one that was.
      at: kept === undefined ? old.at : kept.isWhole ? this.later(old.at, kept.at) : 0,
      askedAt: kept === undefined ? old.askedAt : kept.askedAt,
      revision: kept === undefined ? old.revision : this.seenRevision,
      holder: old.holder === this.window ? '' : old.holder,
      heldUntil: old.holder === this.window ? 0 : old.heldUntil,
    }));
  }

  /** The list that was last kept, by this window or another one, now or at an earlier start. */
  async storedList(): Promise<KnownBatches | undefined> {
    return decodeList(await this.read(this.listName));
  }

  /** Deletes what is kept. Nothing is kept any more from then on, whatever is still under way. */
  async delete(): Promise<void> {
    this.isForgotten = true;
    await this.writing;
    this.seenRevision = '';
    this.lastShared = undefined;
    await this.files.remove(this.listName);
    await this.files.remove(this.noteName);
  }

  /** Writes the list where it differs from what was last written. @returns what is kept now, if it is this list. */
  private async keep(learnt: KnownBatches): Promise<KnownBatches | undefined> {
    const { at, revision } = parseNote(await this.read(this.noteName));
    const now = this.clock.now();
    // A list through a filter is kept for the next start only where that takes nothing from windows that know more.
    if (!learnt.isWhole && at <= now && now - at <= longestTurnMs * 2) {
      return undefined;
    }
    if (this.isForgotten) {
      return undefined;
    }
    const last = this.lastShared;
    const isSame =
      revision === this.seenRevision &&
      last?.isWhole === learnt.isWhole &&
      last.batches.length === learnt.batches.length &&
      learnt.batches.every((batch, index) => batch === last.batches[index]);
    if (!isSame) {
      try {
        await this.written(this.files.write(this.listName, encodeList(learnt)));
      } catch (error) {
        this.log.debug(`The list could not be kept: ${asError(error).message}`);
        return undefined;
      }
      this.seenRevision = `${this.window}:${learnt.at}:${++this.revisions}`;
    }
    this.lastShared = learnt;
    return learnt;
  }

  private async listOf({ at, askedAt, revision }: Note): Promise<KnownBatches | undefined> {
    const isSeen = revision === this.seenRevision && this.lastShared !== undefined;
    const list = isSeen ? this.lastShared : await this.storedList();
    if (list === undefined) {
      return undefined;
    }
    this.seenRevision = revision;
    this.lastShared = {
      batches: list.batches,
      at,
      ...(askedAt === undefined ? {} : { askedAt }),
      isWhole: list.isWhole,
    };
    return this.lastShared;
  }

  private async change(next: (old: Note) => Note | undefined): Promise<void> {
    if (this.isForgotten) {
      return;
    }
    try {
      const updating = this.files.update(this.noteName, (text) => {
        const changed = next(parseNote(text));
        return changed && JSON.stringify(changed);
      });
      await this.written(updating);
    } catch (error) {
      // Without the note every window asks for itself: more requests, nothing lost.
      this.log.debug(`The note of the windows could not be written: ${asError(error).message}`);
    }
  }

  /** What can't be read is not there: each window then asks for itself. */
  private async read(name: string): Promise<string | undefined> {
    try {
      return await this.files.read(name);
    } catch (error) {
      this.log.debug(`${name} could not be read: ${asError(error).message}`);
      return undefined;
    }
  }

  /** Has {@link delete} wait for what is being written. */
  private written(writing: Promise<void>): Promise<void> {
    this.writing = Promise.allSettled([this.writing, writing]);
    return writing;
  }

  /** The later one of two moments. One that is still to come was noted before the clock was set back. */
  private later(noted: number, at: number): number {
    return noted > this.clock.now() ? at : Math.max(noted, at);
  }

  private get listName(): string {
    return `list-${this.account}.json`;
  }

  private get noteName(): string {
    return `turn-${this.account}.json`;
  }
}

function parseNote(text: string | undefined): Note {
  const parsed = v.safeParse(note, parseJson(text) ?? {});
  return parsed.success ? parsed.output : { at: 0, askedAt: undefined, revision: '', holder: '', heldUntil: 0 };
}
