import type { BatchStore } from '../../core/batches/store';
import { asError } from '../../core/common/errors';
import { type Disposable, Emitter } from '../../core/common/emitter';
import type { CurrentAccount } from '../../core/account/currentAccount';
import { maxNameLength } from '../../core/account/batchMetadata';
import { type Candidate, candidatesFor, candidatesSince } from '../../core/submissions/candidates';
import { Estimates } from '../../core/submissions/estimates';
import { JournalError } from '../../core/submissions/journal';
import { sha256 } from '../../core/common/hash';
import { InputMissingError } from '../../core/submissions/inputStore';
import {
  isSettled,
  isUncertainPart,
  type Part,
  type PartState,
  type Submission,
} from '../../core/submissions/submission';
import type { RunStatus } from '../../core/submissions/submitter';
import type { ApiError } from '../../core/api/http/errors';
import { batchName, inputGoneText, journalFaultText, notWrittenText } from './text/journal';
import type { Earlier } from './text/submitting';
import type { ApiSession } from '../account/session';
import { AccountSubmissions, type AccountSubmissionsHost } from './accountSubmissions';
import type { FileToSubmit } from './fileToSubmit';
import { PreflightCache } from './preflightCache';

export interface SubmissionServiceHost extends Omit<AccountSubmissionsHost, 'onBatchEnded'> {
  readonly currentAccount: CurrentAccount;
  readonly store: BatchStore;
}

/** After the last moment at which another window can have given a sign of life. */
const lookAgainMs = 1_000;

/** The submissions of the account in use. */
export class SubmissionService implements Disposable {
  readonly estimates: Estimates;
  readonly tried = new PreflightCache();
  /** By account. Those that are not in use any more are still sending. */
  private readonly submissionsByAccount = new Map<string, AccountSubmissions>();
  private current: AccountSubmissions | undefined;
  private settling: Promise<void> = Promise.resolve();
  private readonly changes = new Emitter<void>();
  /** Fires when the list or a runtime status has changed. */
  readonly onDidChange = this.changes.event;
  private readonly leftOvers = new Emitter<readonly Submission[]>();
  /** Fires when the submissions of an account were read and some of them were left over from an earlier time. */
  readonly onDidFindLeftOvers = this.leftOvers.event;
  /** Submissions of which this window has told that they are left over, or that were begun here. */
  private readonly toldOf = new Set<string>();
  private cancelLooking = (): void => undefined;
  private readonly subscription: Disposable;

  constructor(private readonly host: SubmissionServiceHost) {
    this.estimates = new Estimates(host.clock);
    this.subscription = host.currentAccount.onDidChange(() => this.follow());
  }

  /** Newest first; empty while there is no account. */
  get list(): readonly Submission[] {
    return this.current?.journal.list ?? [];
  }

  get(id: string): Submission | undefined {
    return this.current?.journal.find(id);
  }

  /** What this window does for a submission at the moment; nothing when it is not at it. */
  statusOf(id: string): RunStatus | undefined {
    return this.current?.submitter.statusOf(id);
  }

  /** Another window is at it. */
  isElsewhere(submission: Submission): boolean {
    return this.current?.journal.isElsewhere(submission) === true;
  }

  /** The submission that a batch came from, and which part of it. */
  find(batchId: string): { readonly submission: Submission; readonly part: number } | undefined {
    for (const submission of this.list) {
      const part = submission.parts.findIndex(
        ({ state, earlier = [] }) => isSentAs(state, batchId) || earlier.some((each) => isSentAs(each, batchId)),
      );
      if (part !== -1) {
        return { submission, part };
      }
    }
    return undefined;
  }

  /** The exact text that was sent as this batch; nothing where it is not kept. */
  async inputOf(batchId: string): Promise<string | undefined> {
    const found = this.find(batchId);
    return found === undefined ? undefined : this.textOf(found.submission, found.part);
  }

  /** The exact text of a part; nothing where it is not kept. */
  async textOf({ parts }: Submission, part: number): Promise<string | undefined> {
    try {
      const bytes = await this.current?.inputs.read(parts[part]?.hash ?? '');
      return bytes === undefined ? undefined : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    } catch (error) {
      if (error instanceof InputMissingError) {
        return undefined;
      }
      throw error;
    }
  }

  /** Why a part failed, where that was in this window: more than is written down. */
  errorOf(part: Part): ApiError | undefined {
    return this.current?.errorOf(part);
  }

  /** Resolves when the submissions of the account in use have been read. */
  async settled(): Promise<void> {
    await this.host.currentAccount.settled();
    await this.settling;
  }

  /** Reads what other windows have done meanwhile. Never fails. */
  async refresh(): Promise<void> {
    await this.read(this.current);
  }

  /** Earlier submissions of the same text, or of a part of it, that sync.so took or may have taken, newest first. */
  async earlier(account: string, { hash, parts }: FileToSubmit): Promise<Earlier[]> {
    return this.withHashes(account, [hash, ...(await Promise.all(parts.map(({ input }) => sha256(input))))]);
  }

  /** Other submissions of the same text as these parts, which sync.so took or may have taken, newest first. */
  async othersOf(account: string, { id, parts }: Submission, these: readonly number[]): Promise<Earlier[]> {
    const hashes = these.flatMap((part) => parts[part]?.hash ?? []);
    return (await this.withHashes(account, hashes)).filter((other) => other.id !== id);
  }

  /**
   * Writes a file down and sends it, with the key and the address that it was agreed to.
   * @param signal stops it before the next part.
   * @param onBegin is told its ID as soon as it has one.
   * @returns what has become of it.
   * @throws {Error} when it can't be kept or written down. What was sent by then is in the journal.
   */
  async submit(
    { account, client }: ApiSession,
    file: FileToSubmit,
    webhookUrl: string,
    signal: AbortSignal,
    onBegin: (id: string) => void,
  ): Promise<Submission> {
    const { fileName, fileUri, hash, parts } = file;
    const desk = this.deskOf(account);
    const before = new Set(desk.journal.list.map(({ id }) => id));
    let begunId = '';
    const subscription = desk.journal.onDidChange(() => {
      const begun = desk.journal.list.find((each) => each.hash === hash && !before.has(each.id));
      if (begun !== undefined) {
        begunId = begun.id;
        this.toldOf.add(begun.id);
        subscription.dispose();
        onBegin(begun.id);
      }
    });
    const request = {
      fileName,
      fileUri,
      webhookUrl: webhookUrl === '' ? undefined : webhookUrl,
      hash,
      parts: parts.map(({ lines, input }) => ({ lines: lines.length, input })),
    };
    try {
      return await this.explained(desk.run(client, signal, (until) => desk.submitter.submit(request, until)));
    } catch (error) {
      throw this.withSent(desk, begunId, error);
    } finally {
      subscription.dispose();
      await this.prune(desk);
    }
  }

  /**
   * Sends what waits of a submission.
   * @param only the one part to send, where the person has not said that the others are to be sent too.
   * @throws {Error} when that can't be done.
   */
  async resume({ account, client }: ApiSession, id: string, signal: AbortSignal, only?: number): Promise<Submission> {
    this.toldOf.add(id);
    const desk = this.deskOf(account);
    try {
      return await this.explained(desk.run(client, signal, (until) => desk.submitter.resume(id, until, only)));
    } catch (error) {
      throw this.withSent(desk, id, error);
    }
  }

  /** Has this window send nothing more of what it is at, as a key that was taken away is not to be used any more. */
  stop(): void {
    for (const desk of this.submissionsByAccount.values()) {
      desk.stop();
    }
  }

  /** Gives up what waits of a submission. */
  async cancel({ account }: ApiSession, id: string): Promise<void> {
    await this.explained(this.deskOf(account).submitter.cancel(id));
  }

  /** The batches that may be what came of a part of which that is not known. */
  async candidates(
    { account, client }: ApiSession,
    submission: Submission,
    part: number,
    signal: AbortSignal,
  ): Promise<Candidate[]> {
    const now = this.host.clock.now();
    const since = candidatesSince(submission, part, now);
    const batches = since === undefined ? [] : await client.listBatches({ createdAfter: since }, signal);
    return candidatesFor(submission, part, batches, this.deskOf(account).journal.list, now);
  }

  /** The person has found the batch that came of a part. */
  async recognise({ account }: ApiSession, { id }: Submission, part: number, batchId: string): Promise<void> {
    const submission = await this.explained(this.deskOf(account).submitter.recognise(id, part, batchId));
    await this.welcome(account, submission, part, batchId);
  }

  /** The person wants a part to be sent again: it waits from now on. */
  async sendAgain({ account }: ApiSession, { id, parts }: Submission, part: number): Promise<void> {
    const seen = parts[part]?.state;
    if (seen !== undefined) {
      await this.explained(this.deskOf(account).submitter.sendAgain(id, part, seen));
    }
  }

  /** Writes down a batch that was made of a part though nobody meant to submit it. */
  async noteCreated(
    account: string,
    { fileName, fileUri, hash, bytes, parts }: FileToSubmit,
    webhookUrl: string,
    created: number,
    batchId: string,
  ): Promise<void> {
    const { clock } = this.host;
    const desk = this.deskOf(account);
    const now = clock.now();
    const submission: Submission = {
      id: crypto.randomUUID(),
      createdAt: now,
      fileName,
      ...(fileUri === undefined ? {} : { fileUri }),
      ...(webhookUrl === '' ? {} : { webhookUrl }),
      hash,
      lines: parts.reduce((sum, { lines }) => sum + lines.length, 0),
      bytes,
      parts: await Promise.all(
        parts.map(async ({ lines, input }, part): Promise<Part> => ({
          lines: lines.length,
          bytes: input.length,
          // The batch is there: it is noted even where the disk is full.
          hash: await desk.inputs.keep(input).catch(() => sha256(input)),
          state: part === created ? { kind: 'sent', at: now, endedAt: now, batchId } : { kind: 'cancelled' },
        })),
      ),
    };
    await this.explained(desk.journal.add(submission));
    await this.welcome(account, submission, created, batchId);
  }

  /** How many submissions of the account in use are not at their end. */
  get openCount(): number {
    return this.list.filter((submission) => !isSettled(submission)).length;
  }

  /**
   * Deletes what is kept of settled submissions of an account. The journal stays: it is what was paid for.
   * @returns whether that was possible. Never fails.
   */
  async forgetInputs(account: string): Promise<boolean> {
    const desk = this.deskOf(account);
    try {
      // Another window may have something open by now that needs its input.
      await desk.journal.read();
      await desk.inputs.forget(desk.journal.list);
      return true;
    } catch (error) {
      this.host.log.warn(`Kept inputs could not be deleted: ${asError(error).message}`);
      return false;
    } finally {
      if (desk !== this.current) {
        desk.close();
      }
    }
  }

  dispose(): void {
    this.cancelLooking();
    this.subscription.dispose();
    for (const desk of this.submissionsByAccount.values()) {
      desk.dispose();
    }
    this.submissionsByAccount.clear();
    this.changes.dispose();
    this.leftOvers.dispose();
  }

  private async withHashes(account: string, hashes: readonly string[]): Promise<Earlier[]> {
    const desk = this.deskOf(account);
    await this.explained(desk.journal.read());
    const found = new Set(hashes.flatMap((hash) => desk.journal.withHash(hash)));
    return desk.journal.list
      .filter((submission) => found.has(submission))
      .map((submission) => {
        const { id, createdAt, parts } = submission;
        const states = parts.flatMap(({ state, earlier = [] }) => [state, ...earlier]);
        return {
          id,
          at: createdAt,
          batchIds: states.flatMap((state) => (state.kind === 'sent' ? [state.batchId] : [])),
          isUncertain: parts.some((_, part) => isUncertainPart(submission, part)),
          isOpen: !isSettled(submission),
        };
      });
  }

  /** Takes up the account in use, if it is another one. */
  private follow(): void {
    const account = this.host.currentAccount.current?.id;
    if (account === this.current?.account) {
      return;
    }
    this.current?.close();
    this.current = account === undefined ? undefined : this.deskOf(account);
    this.changes.fire();
    this.settling = this.takeUp(this.current);
  }

  private async takeUp(desk: AccountSubmissions | undefined): Promise<void> {
    this.cancelLooking();
    await this.read(desk);
    if (desk !== undefined && desk === this.current) {
      this.lookForLeftOvers(desk, new Set(desk.journal.list.map(({ id }) => id)));
    }
  }

  /**
   * Tells of what was left over when the account was taken up. A window that was closed a moment ago still counts as alive
   * then, so it is looked again until all of them are known to live or not.
   */
  private lookForLeftOvers(desk: AccountSubmissions, ids: ReadonlySet<string>): void {
    const { clock } = this.host;
    const open = desk.journal.list.filter(({ id }) => ids.has(id) && !this.toldOf.has(id));
    const left = open.filter((submission) => this.isLeftOver(desk, submission));
    if (left.length > 0) {
      left.forEach(({ id }) => this.toldOf.add(id));
      this.leftOvers.fire(left);
    }
    const elsewhere = open.filter((submission) => desk.journal.isElsewhere(submission));
    if (elsewhere.length > 0) {
      const next = Math.min(...elsewhere.map(({ runner }) => runner?.until ?? clock.now()));
      this.cancelLooking = clock.schedule(Math.max(0, next - clock.now()) + lookAgainMs, () => {
        void this.read(desk).then(() => {
          if (desk === this.current) {
            this.lookForLeftOvers(desk, new Set(elsewhere.map(({ id }) => id)));
          }
        });
      });
    }
  }

  private isLeftOver(desk: AccountSubmissions, submission: Submission): boolean {
    const { parts, id } = submission;
    const isOpen = parts.some(({ state }) => state.kind === 'uncertain' || state.kind === 'waiting');
    return isOpen && desk.submitter.statusOf(id) === undefined && !desk.journal.isElsewhere(submission);
  }

  private async read(desk: AccountSubmissions | undefined): Promise<void> {
    try {
      await desk?.journal.read();
    } catch (error) {
      this.host.log.error(`submissions-${desk?.account ?? ''}.json could not be read: ${asError(error).message}`);
    }
  }

  private async prune(desk: AccountSubmissions): Promise<void> {
    // What a submission that we do not know of needs can't be told from what nobody needs.
    if (!desk.journal.isWhole) {
      return;
    }
    try {
      await desk.inputs.prune(desk.journal.list, this.host.clock.now());
    } catch (error) {
      this.host.log.warn(`Kept inputs could not be deleted: ${asError(error).message}`);
    }
  }

  private deskOf(account: string): AccountSubmissions {
    let desk = this.submissionsByAccount.get(account);
    if (desk?.reopen() !== true) {
      desk = new AccountSubmissions(
        { ...this.host, onBatchEnded: (listener) => this.host.store.onDidEnd(listener) },
        account,
        (own, submission, part, { id }) => void this.welcome(own.account, submission, part, id),
        (own) => own === this.current,
      );
      desk.onDidChange(() => this.changes.fire());
      this.submissionsByAccount.set(account, desk);
    }
    return desk;
  }

  /** A batch is there: it is called as its file, its end is told, and the list shows it. Never fails. */
  private async welcome(account: string, submission: Submission, part: number, batchId: string): Promise<void> {
    const { currentAccount, store, log } = this.host;
    const { current } = currentAccount;
    // The notes of another account are not at hand; its batch is as good without them.
    if (current?.id !== account) {
      return;
    }
    try {
      if (current.metadata.of(batchId).name === undefined) {
        await current.metadata.rename(batchId, batchName(submission, part, maxNameLength));
      }
      await current.metadata.setSubscribed(batchId, true);
    } catch (error) {
      log.warn(`The new batch could not be given its name: ${asError(error).message}`);
    }
    if (currentAccount.current !== current) {
      return;
    }
    await store.loadChanges();
    if (store.find(batchId) === undefined) {
      // That was a load which had begun before there was the batch.
      await store.loadChanges();
    }
  }

  /** An error after which a request is still written down as on its way says so: it has left, whatever came then. */
  private withSent({ journal }: AccountSubmissions, id: string, error: unknown): Error {
    const submission = journal.find(id);
    const isSent =
      submission !== undefined &&
      !journal.isElsewhere(submission) &&
      submission.parts.some(({ state }) => state.kind === 'sending');
    return isSent ? new Error(notWrittenText(asError(error).message), { cause: error }) : asError(error);
  }

  /** Whatever goes wrong with what is kept here is said in words. */
  private async explained<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      if (error instanceof JournalError) {
        throw new Error(journalFaultText(error.reason), { cause: error });
      }
      throw error instanceof InputMissingError ? new Error(inputGoneText(), { cause: error }) : error;
    }
  }
}

function isSentAs(state: PartState, batchId: string): boolean {
  return state.kind === 'sent' && state.batchId === batchId;
}
