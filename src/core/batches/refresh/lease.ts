import * as v from 'valibot';
import type { BatchSnapshot } from '../store';
import type { Clock } from '../../common/clock';
import { asError } from '../../common/errors';
import { parseJson } from '../../common/json';
import type { Log } from '../../common/log';
import type { SharedFiles } from '../../account/sharedFiles';
import { decodeList, encodeList } from './listCache';

/**
 * The stored state of the lease. All windows with the same account read and write it, so that together they poll as
 * often as one window.
 */
const leaseState = v.object({
  /** When the shared list was loaded. */
  at: v.fallback(v.number(), 0),
  /** When the list was requested; missing in files of an earlier version. */
  askedAt: v.fallback(v.optional(v.number()), undefined),
  /** Changes with the content of the list, so that unchanged content is not read again. */
  revision: v.fallback(v.string(), ''),
  /** The window that is loading, and when its lease expires. */
  holder: v.fallback(v.string(), ''),
  heldUntil: v.fallback(v.number(), 0),
});
type LeaseState = v.InferOutput<typeof leaseState>;

/** After this many milliseconds a lease expires: its window may have been closed. */
const maxLeaseMs = 90_000;

export type LeaseOutcome =
  /** This window holds the lease: load, then call `release`. */
  | { readonly kind: 'acquired' }
  /** Another window is loading right now. */
  | { readonly kind: 'heldElsewhere' }
  /** Another window has recently loaded this list: no load is needed. */
  | { readonly kind: 'fresh'; readonly list: BatchSnapshot };

/**
 * Makes sure that only one window of the user polls an account at a time, and shares its result with the others. Also
 * stores the list for the next session.
 */
export class RefreshLease {
  private seenRevision = '';
  private revisions = 0;
  private lastShared: BatchSnapshot | undefined;
  private isDeleted = false;
  /** Settles when all pending writes have ended. */
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly files: SharedFiles,
    private readonly account: string,
    /** A unique ID of this window. */
    private readonly window: string,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Asks for permission to load.
   * @param loadedAt When this window last loaded its list, if ever.
   * @param freshMs The maximum age of another window's list, in milliseconds.
   */
  async acquire(loadedAt: number | undefined, freshMs: number): Promise<LeaseOutcome> {
    const now = this.clock.now();
    let outcome: LeaseOutcome = { kind: 'acquired' };
    let fresh: LeaseState | undefined;
    await this.update((old) => {
      if (old.at > (loadedAt ?? 0) && old.at > now - freshMs && old.at <= now) {
        fresh = old;
        return undefined;
      }
      // A lease that expires later than possible was acquired before the clock was set back.
      if (old.holder !== this.window && old.heldUntil > now && old.heldUntil <= now + maxLeaseMs) {
        outcome = { kind: 'heldElsewhere' };
        return undefined;
      }
      return { ...old, holder: this.window, heldUntil: now + maxLeaseMs };
    });
    if (fresh !== undefined) {
      const list = await this.sharedList(fresh);
      return list === undefined ? this.acquire(fresh.at, freshMs) : { kind: 'fresh', list };
    }
    return outcome;
  }

  /** Releases the lease, and shares and stores the loaded list, if any. */
  async release(loaded: BatchSnapshot | undefined): Promise<void> {
    const stored = loaded === undefined ? undefined : await this.store(loaded);
    await this.update((old) => ({
      // Other windows must not use an incomplete list, although it has replaced the stored one.
      at: stored === undefined ? old.at : stored.isWhole ? this.later(old.at, stored.at) : 0,
      askedAt: stored === undefined ? old.askedAt : stored.askedAt,
      revision: stored === undefined ? old.revision : this.seenRevision,
      holder: old.holder === this.window ? '' : old.holder,
      heldUntil: old.holder === this.window ? 0 : old.heldUntil,
    }));
  }

  /** The list that any window has stored last, in this session or an earlier one. */
  async storedList(): Promise<BatchSnapshot | undefined> {
    return decodeList(await this.read(this.listName));
  }

  /** Deletes the stored list and the lease. Stores nothing from then on, even if a load is still in flight. */
  async delete(): Promise<void> {
    this.isDeleted = true;
    await this.writing;
    this.seenRevision = '';
    this.lastShared = undefined;
    await this.files.remove(this.listName);
    await this.files.remove(this.stateName);
  }

  /**
   * Writes the list if it differs from the stored one.
   * @returns undefined if this list is not stored.
   */
  private async store(loaded: BatchSnapshot): Promise<BatchSnapshot | undefined> {
    const { at, revision } = parseState(await this.read(this.stateName));
    const now = this.clock.now();
    // A filtered list must not replace a complete list that other windows have stored recently.
    if (this.isDeleted || (!loaded.isWhole && at <= now && now - at <= maxLeaseMs * 2)) {
      return undefined;
    }
    const last = this.lastShared;
    const isSame =
      revision === this.seenRevision &&
      last?.isWhole === loaded.isWhole &&
      last.batches.length === loaded.batches.length &&
      loaded.batches.every((batch, index) => batch === last.batches[index]);
    if (!isSame) {
      try {
        await this.tracked(this.files.write(this.listName, encodeList(loaded)));
      } catch (error) {
        this.log.debug(`Could not store the list of batches: ${asError(error).message}`);
        return undefined;
      }
      this.seenRevision = `${this.window}:${loaded.at}:${++this.revisions}`;
    }
    this.lastShared = loaded;
    return loaded;
  }

  private async sharedList({ at, askedAt, revision }: LeaseState): Promise<BatchSnapshot | undefined> {
    const isInMemory = revision === this.seenRevision && this.lastShared !== undefined;
    const list = isInMemory ? this.lastShared : await this.storedList();
    if (list === undefined) {
      return undefined;
    }
    this.seenRevision = revision;
    this.lastShared = { ...list, at, ...(askedAt === undefined ? {} : { askedAt }) };
    return this.lastShared;
  }

  private async update(next: (old: LeaseState) => LeaseState | undefined): Promise<void> {
    if (this.isDeleted) {
      return;
    }
    try {
      const updating = this.files.update(this.stateName, (text) => {
        const changed = next(parseState(text));
        return changed && JSON.stringify(changed);
      });
      await this.tracked(updating);
    } catch (error) {
      // Without the lease every window polls: more requests, but no data is lost.
      this.log.debug(`Could not update the refresh lease: ${asError(error).message}`);
    }
  }

  /** Returns undefined if the file can't be read: each window then loads for itself. */
  private async read(name: string): Promise<string | undefined> {
    try {
      return await this.files.read(name);
    } catch (error) {
      this.log.debug(`Could not read ${name}: ${asError(error).message}`);
      return undefined;
    }
  }

  /** Makes {@link delete} wait for a write. */
  private tracked(writing: Promise<void>): Promise<void> {
    this.writing = Promise.allSettled([this.writing, writing]);
    return writing;
  }

  /** The later of two times. Ignores a stored time in the future: the clock was set back. */
  private later(storedAt: number, at: number): number {
    return storedAt > this.clock.now() ? at : Math.max(storedAt, at);
  }

  private get listName(): string {
    return `list-${this.account}.json`;
  }

  private get stateName(): string {
    return `turn-${this.account}.json`;
  }
}

function parseState(text: string | undefined): LeaseState {
  const parsed = v.safeParse(leaseState, parseJson(text) ?? {});
  return parsed.success ? parsed.output : { at: 0, askedAt: undefined, revision: '', holder: '', heldUntil: 0 };
}
