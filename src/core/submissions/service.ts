import { maxNameLength } from '../account/batchMetadata';
import type { CurrentAccount } from '../account/currentAccount';
import type { BatchClient } from '../api/client';
import type { ApiError } from '../api/http/errors';
import type { BatchStore } from '../batches/store';
import { displayText } from '../common/displayText';
import { type Disposable, Emitter } from '../common/emitter';
import { asError } from '../common/errors';
import { AccountSubmissions, type AccountSubmissionsHost } from './accountSubmissions';
import { type Candidate, candidatesFor, candidatesSince } from './candidates';
import { type EarlierSubmission, earlierSubmissions } from './earlier';
import { InputMissingError, OutcomeNotRecordedError } from './errors';
import { Estimates } from './estimates';
import type { FileToSubmit, JournalSnapshot } from './plan';
import { PreflightCache } from './preflight';
import { isSettled, newSubmission, type Part, type Submission } from './submission';
import type { RunStatus } from './submitter';

export interface SubmissionServiceHost extends Omit<AccountSubmissionsHost, 'onBatchCreated' | 'onBatchEnded'> {
  readonly currentAccount: CurrentAccount;
  readonly store: BatchStore;
}

/** The account that the user agreed to use, with a client for it. */
export interface AccountSession {
  /** See `accountIdOf`. */
  readonly account: string;
  readonly client: BatchClient;
}

/** Reads the journal so long after a lease of another window has expired, in milliseconds. */
const afterLeaseMs = 1_000;

/**
 * Submits batch files and manages the submissions of the current account. Rejects with an {@link ApiError},
 * `JournalError`, `InputMissingError` or {@link OutcomeNotRecordedError}, or with the error of the disk.
 */
export class SubmissionService implements Disposable {
  readonly estimates: Estimates;
  readonly preflight = new PreflightCache();
  /** By account. Accounts that are not current any more may still be sending. */
  private readonly submissionsByAccount = new Map<string, AccountSubmissions>();
  private current: AccountSubmissions | undefined;
  private loading: Promise<void> = Promise.resolve();
  private readonly changes = new Emitter<void>();
  /** Fires when the list or a status has changed. */
  readonly onDidChange = this.changes.event;
  private readonly unfinished = new Emitter<readonly Submission[]>();
  /** Fires if an account has unfinished submissions of an earlier session when it becomes current. Once for each. */
  readonly onDidFindUnfinished = this.unfinished.event;
  /** Submissions that were reported as unfinished, or that were started in this window. */
  private readonly reportedIds = new Set<string>();
  private cancelSearch = (): void => undefined;
  private readonly subscription: Disposable;

  constructor(private readonly host: SubmissionServiceHost) {
    this.estimates = new Estimates(host.clock);
    this.subscription = host.currentAccount.onDidChange(() => this.switchAccount());
  }

  /** Newest first; empty if there is no account. */
  get list(): readonly Submission[] {
    return this.current?.journal.list ?? [];
  }

  get(id: string): Submission | undefined {
    return this.current?.journal.find(id);
  }

  /** What this window is doing for a submission; undefined if nothing. */
  statusOf(id: string): RunStatus | undefined {
    return this.current?.submitter.statusOf(id);
  }

  /** Another window is running it. */
  isElsewhere(submission: Submission): boolean {
    return this.current?.journal.isElsewhere(submission) === true;
  }

  /** The submission and the part that a batch is the result of. */
  find(batchId: string): { readonly submission: Submission; readonly part: number } | undefined {
    for (const submission of this.list) {
      const part = submission.parts.findIndex(({ state, earlier = [] }) =>
        [state, ...earlier].some((each) => each.kind === 'sent' && each.batchId === batchId),
      );
      if (part !== -1) {
        return { submission, part };
      }
    }
    return undefined;
  }

  /** The exact text that was sent as this batch; undefined if it is not stored. */
  async inputOf(batchId: string): Promise<string | undefined> {
    const found = this.find(batchId);
    return found === undefined ? undefined : this.textOf(found.submission, found.part);
  }

  /** The exact text of a part; undefined if it is not stored. */
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

  /** The error of a part if it failed in this window: it has more details than the journal. */
  errorOf(part: Part): ApiError | undefined {
    return this.current?.errorOf(part);
  }

  /** The number of submissions of the current account that are not settled. */
  get openCount(): number {
    return this.list.filter((submission) => !isSettled(submission)).length;
  }

  /** Resolves when the submissions of the current account are loaded. */
  async settled(): Promise<void> {
    await this.host.currentAccount.settled();
    await this.loading;
  }

  /** Reads what other windows have written. Never rejects. */
  async refresh(): Promise<void> {
    await this.read(this.current);
  }

  /** Reads the journal of an account. */
  async readJournal(account: string): Promise<JournalSnapshot> {
    const { journal } = this.of(account);
    await journal.read();
    return { list: journal.list, isWhole: journal.isWhole };
  }

  /** The other submissions of the same content as these parts, newest first. */
  async otherSubmissions(
    account: string,
    { id, parts }: Submission,
    these: readonly number[],
  ): Promise<EarlierSubmission[]> {
    const hashes = new Set(these.flatMap((part) => parts[part]?.hash ?? []));
    const { list } = await this.readJournal(account);
    return earlierSubmissions(list, hashes).filter((other) => other.id !== id);
  }

  /**
   * Records a new submission and sends it with the session that the user agreed to.
   * @param webhookUrl Empty for none.
   * @param signal Stops before the next part.
   * @param onBegin Called with the ID as soon as the submission is recorded.
   * @returns the submission, see `Submitter.submit`.
   */
  async submit(
    { account, client }: AccountSession,
    { fileName, fileUri, content }: FileToSubmit,
    webhookUrl: string,
    signal: AbortSignal,
    onBegin: (id: string) => void,
  ): Promise<Submission> {
    const { hash, parts } = content;
    const submissions = this.of(account);
    let newId = '';
    const onAdded = (id: string): void => {
      newId = id;
      this.reportedIds.add(id);
      onBegin(id);
    };
    const request = {
      fileName,
      fileUri,
      webhookUrl: webhookUrl === '' ? undefined : webhookUrl,
      hash,
      parts: parts.map(({ lines, input }) => ({ lines: lines.length, input })),
    };
    try {
      return await submissions.run(client, signal, (combined) =>
        submissions.submitter.submit(request, combined, onAdded),
      );
    } catch (error) {
      throw this.withSendingNoted(submissions, newId, error);
    } finally {
      await this.prune(submissions);
    }
  }

  /**
   * Sends the pending parts of a submission.
   * @param only Send just this part; omit to send all pending parts.
   */
  async resume(
    { account, client }: AccountSession,
    id: string,
    signal: AbortSignal,
    only?: number,
  ): Promise<Submission> {
    this.reportedIds.add(id);
    const submissions = this.of(account);
    try {
      return await submissions.run(client, signal, (combined) => submissions.submitter.resume(id, combined, only));
    } catch (error) {
      throw this.withSendingNoted(submissions, id, error);
    }
  }

  /** Stops all sending in this window: the API key was removed and must not be used any more. */
  stop(): void {
    for (const submissions of this.submissionsByAccount.values()) {
      submissions.stop();
    }
  }

  /** Cancels the pending parts of a submission. */
  async cancel(account: string, id: string): Promise<void> {
    await this.of(account).submitter.cancel(id);
  }

  /** The batches that could be the result of an uncertain part, most likely first. */
  async candidates(
    { account, client }: AccountSession,
    submission: Submission,
    part: number,
    signal: AbortSignal,
  ): Promise<Candidate[]> {
    const now = this.host.clock.now();
    const since = candidatesSince(submission, part, now);
    const batches = since === undefined ? [] : await client.listBatches({ createdAfter: since }, signal);
    return candidatesFor(submission, part, batches, this.of(account).journal.list, now);
  }

  /** The user says which batch is the result of an uncertain part. */
  async confirmBatch(account: string, { id }: Submission, part: number, batchId: string): Promise<void> {
    const submission = await this.of(account).submitter.confirmBatch(id, part, batchId);
    await this.onBatchCreated(account, submission, part, batchId);
  }

  /** The user sends a part again, in the state that `submission` shows: it is pending from now on, see {@link resume}. */
  async sendAgain(account: string, { id, parts }: Submission, part: number): Promise<void> {
    const seen = parts[part]?.state;
    if (seen !== undefined) {
      await this.of(account).submitter.sendAgain(id, part, seen);
    }
  }

  /** Records a batch that a server created in a dry run. The other parts count as cancelled. */
  async recordUnwantedBatch(
    account: string,
    { fileName, fileUri, content }: FileToSubmit,
    webhookUrl: string,
    created: number,
    batchId: string,
  ): Promise<void> {
    const { journal, inputs } = this.of(account);
    const now = this.host.clock.now();
    const parts = content.parts.map(async ({ lines, input, hash }, part): Promise<Part> => ({
      lines: lines.length,
      bytes: input.length,
      // The batch exists: it is recorded even if the disk is full.
      hash: await inputs.add(input).catch(() => hash),
      state: part === created ? { kind: 'sent', at: now, endedAt: now, batchId } : { kind: 'cancelled' },
    }));
    const file = { fileName, fileUri, webhookUrl: webhookUrl === '' ? undefined : webhookUrl, hash: content.hash };
    const submission = newSubmission(file, await Promise.all(parts), now);
    await journal.add(submission);
    await this.onBatchCreated(account, submission, created, batchId);
  }

  /**
   * Deletes the stored inputs of the settled submissions of an account. The journal stays: it records the money spent.
   * @returns false if that failed. Never rejects.
   */
  async forgetInputs(account: string): Promise<boolean> {
    const submissions = this.of(account);
    const { journal, inputs } = submissions;
    try {
      // Another window may have an open submission by now that needs its input.
      await journal.read();
      await inputs.deleteSettled(journal.list);
      return true;
    } catch (error) {
      this.host.log.warn(`Stored inputs could not be deleted: ${asError(error).message}`);
      return false;
    } finally {
      if (submissions !== this.current) {
        submissions.close();
      }
    }
  }

  dispose(): void {
    this.cancelSearch();
    this.subscription.dispose();
    for (const submissions of this.submissionsByAccount.values()) {
      submissions.dispose();
    }
    this.submissionsByAccount.clear();
    this.changes.dispose();
    this.unfinished.dispose();
  }

  private switchAccount(): void {
    const account = this.host.currentAccount.current?.id;
    if (account === this.current?.account) {
      return;
    }
    this.current?.close();
    this.current = account === undefined ? undefined : this.of(account);
    this.changes.fire();
    this.loading = this.load(this.current);
  }

  private async load(submissions: AccountSubmissions | undefined): Promise<void> {
    this.cancelSearch();
    await this.read(submissions);
    if (submissions !== undefined && submissions === this.current) {
      this.reportUnfinished(submissions, new Set(submissions.journal.list.map(({ id }) => id)));
    }
  }

  /**
   * Reports the submissions that nobody is running. A window that was closed a moment ago still counts as alive, so the
   * search is repeated until that is known for all of them.
   */
  private reportUnfinished(submissions: AccountSubmissions, ids: ReadonlySet<string>): void {
    const { clock } = this.host;
    const { journal } = submissions;
    const open = journal.list.filter(({ id }) => ids.has(id) && !this.reportedIds.has(id));
    const unfinished = open.filter((submission) => isUnfinished(submissions, submission));
    if (unfinished.length > 0) {
      unfinished.forEach(({ id }) => this.reportedIds.add(id));
      this.unfinished.fire(unfinished);
    }
    const elsewhere = open.filter((submission) => journal.isElsewhere(submission));
    if (elsewhere.length > 0) {
      const next = Math.min(...elsewhere.map(({ runner }) => runner?.until ?? clock.now()));
      this.cancelSearch = clock.schedule(Math.max(0, next - clock.now()) + afterLeaseMs, () => {
        void this.read(submissions).then(() => {
          if (submissions === this.current) {
            this.reportUnfinished(submissions, new Set(elsewhere.map(({ id }) => id)));
          }
        });
      });
    }
  }

  private async read(submissions: AccountSubmissions | undefined): Promise<void> {
    try {
      await submissions?.journal.read();
    } catch (error) {
      this.host.log.error(
        `submissions-${submissions?.account ?? ''}.json could not be read: ${asError(error).message}`,
      );
    }
  }

  private async prune({ journal, inputs }: AccountSubmissions): Promise<void> {
    // A submission that is not understood may need any of them.
    if (!journal.isWhole) {
      return;
    }
    try {
      await inputs.prune(journal.list, this.host.clock.now());
    } catch (error) {
      this.host.log.warn(`Stored inputs could not be deleted: ${asError(error).message}`);
    }
  }

  private of(account: string): AccountSubmissions {
    const known = this.submissionsByAccount.get(account);
    if (known?.reopen() === true) {
      return known;
    }
    const { store } = this.host;
    const submissions: AccountSubmissions = new AccountSubmissions(
      {
        ...this.host,
        onBatchCreated: (submission, part, { id }) => void this.onBatchCreated(account, submission, part, id),
        // The store has the batches of the current account only.
        onBatchEnded: (listener) => store.onDidEnd(() => (submissions === this.current ? listener() : undefined)),
      },
      account,
    );
    submissions.onDidChange(() => this.changes.fire());
    this.submissionsByAccount.set(account, submissions);
    return submissions;
  }

  /** Names the new batch after its file, subscribes to its completion and reloads the list. Never rejects. */
  private async onBatchCreated(account: string, submission: Submission, part: number, batchId: string): Promise<void> {
    const { currentAccount, store, log } = this.host;
    const { current } = currentAccount;
    // The metadata of another account is not loaded. Its batch works without.
    if (current?.id !== account) {
      return;
    }
    try {
      if (current.metadata.of(batchId).name === undefined) {
        await current.metadata.rename(batchId, batchName(submission, part));
      }
      await current.metadata.setSubscribed(batchId, true);
    } catch (error) {
      log.warn(`The new batch could not be named: ${asError(error).message}`);
    }
    if (currentAccount.current !== current) {
      return;
    }
    await store.loadChanges();
    if (store.find(batchId) === undefined) {
      // That load had started before the batch was created.
      await store.loadChanges();
    }
  }

  /** Notes in an error if a request was sent whose outcome is not recorded. */
  private withSendingNoted({ journal }: AccountSubmissions, id: string, error: unknown): Error {
    const submission = journal.find(id);
    const isSending =
      submission !== undefined &&
      !journal.isElsewhere(submission) &&
      submission.parts.some(({ state }) => state.kind === 'sending');
    return isSending ? new OutcomeNotRecordedError(error) : asError(error);
  }
}

/** Nobody is running it, and the user has to resume it or to find out about it. */
function isUnfinished({ submitter, journal }: AccountSubmissions, submission: Submission): boolean {
  const { parts, id } = submission;
  const isOpen = parts.some(({ state }) => state.kind === 'uncertain' || state.kind === 'waiting');
  return isOpen && submitter.statusOf(id) === undefined && !journal.isElsewhere(submission);
}

/** The name of a batch: its file, and which part of it. */
function batchName({ fileName, parts }: Submission, part: number): string {
  const place = parts.length === 1 ? '' : ` (${part + 1}/${parts.length})`;
  return displayText(fileName, maxNameLength - place.length) + place;
}
