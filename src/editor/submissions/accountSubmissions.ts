import { ApiError } from '../../core/api/http/errors';
import type { BatchClient } from '../../core/api/client';
import type { Batch } from '../../core/batches/batch';
import type { Clock } from '../../core/common/clock';
import { type Disposable, Emitter } from '../../core/common/emitter';
import type { SharedFiles } from '../../core/account/sharedFiles';
import type { Log } from '../../core/common/log';
import { Journal } from '../../core/submissions/journal';
import { sha256 } from '../../core/common/hash';
import { type InputFolder, InputStore } from '../../core/submissions/inputStore';
import { messageOf } from '../../core/submissions/outcome';
import type { Part, Submission } from '../../core/submissions/submission';
import { Submitter } from '../../core/submissions/submitter';

export interface AccountSubmissionsHost {
  readonly files: SharedFiles;
  /** Where the inputs of an account are kept. */
  readonly inputFolder: (account: string) => InputFolder;
  /** Names this window, unlike any other. */
  readonly window: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** A batch of the account in use has ended. */
  readonly onBatchEnded: (listener: () => void) => Disposable;
}

/** Where one account's submissions are written down and sent from. */
export class AccountSubmissions implements Disposable {
  readonly journal: Journal;
  readonly inputs: InputStore;
  readonly submitter: Submitter;
  /** What is being sent, and so must be waited for before this is put away. */
  private running = 0;
  private stopping = new AbortController();
  private isClosed = false;
  /** One client does for all: an account is an address and a key. */
  private client: BatchClient | undefined;
  /** Why requests failed in this window, by the hash of what was sent: more than is written down. */
  private readonly errors = new Map<string, ApiError>();
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;
  private readonly subscriptions: Disposable[];

  constructor(
    host: AccountSubmissionsHost,
    readonly account: string,
    onSent: (desk: AccountSubmissions, submission: Submission, part: number, batch: Batch) => void,
    isInUse: (desk: AccountSubmissions) => boolean,
  ) {
    const { files, window, clock, log, random } = host;
    this.journal = new Journal({ files, account, window, clock, log });
    this.inputs = new InputStore(host.inputFolder(account));
    this.submitter = new Submitter({
      journal: this.journal,
      inputs: this.inputs,
      createBatch: (input) => this.createBatch(input),
      onSent: (submission, part, batch) => onSent(this, submission, part, batch),
      // The list is that of the account in use: of another one nothing is heard.
      onBatchEnded: (listener) => host.onBatchEnded(() => (isInUse(this) ? listener() : undefined)),
      window,
      clock,
      random,
      log,
    });
    this.subscriptions = [
      this.journal.onDidChange(() => this.changes.fire()),
      this.submitter.onDidChange(() => this.changes.fire()),
    ];
  }

  /**
   * Does something that may send, with a client of this account.
   * @param act is to send nothing more once its signal is aborted: by the one given here, or by `stop`.
   */
  async run<T>(client: BatchClient, signal: AbortSignal, act: (until: AbortSignal) => Promise<T>): Promise<T> {
    this.client = client;
    this.running++;
    try {
      return await act(AbortSignal.any([signal, this.stopping.signal]));
    } finally {
      this.running--;
      this.closeIfIdle();
    }
  }

  /** Why a part failed, where that was in this window: another one may have tried the same since. */
  errorOf({ hash, state }: Part): ApiError | undefined {
    const error = this.errors.get(hash);
    const isOfThis =
      error !== undefined && 'reason' in state && state.reason === error.reason && state.message === messageOf(error);
    return isOfThis ? error : undefined;
  }

  /** Sends nothing more: what is on the wire goes on, and the rest waits for the person. */
  stop(): void {
    this.stopping.abort();
    this.stopping = new AbortController();
  }

  /** Another account is in use. What is being sent is sent to its end all the same. */
  close(): void {
    this.isClosed = true;
    this.closeIfIdle();
  }

  /** The account is in use again. @returns false where it was put away meanwhile. */
  reopen(): boolean {
    if (this.isClosed && this.running === 0) {
      return false;
    }
    this.isClosed = false;
    return true;
  }

  /** Ends all waiting. What is on the wire goes on. */
  dispose(): void {
    this.submitter.dispose();
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
    this.changes.dispose();
    this.journal.dispose();
  }

  private closeIfIdle(): void {
    if (this.isClosed && this.running === 0) {
      this.dispose();
    }
  }

  private async createBatch(input: Parameters<BatchClient['createBatch']>[0]): Promise<Batch> {
    if (this.client === undefined) {
      throw new ApiError('noKey', 'there is no API key');
    }
    try {
      // Never aborted: nothing could take back what is on the wire, and its answer must be heard.
      return await this.client.createBatch(input, new AbortController().signal);
    } catch (error) {
      if (error instanceof ApiError) {
        this.errors.set(await sha256(input.input), error);
      }
      throw error;
    }
  }
}
