import type { SharedFiles } from '../account/sharedFiles';
import type { BatchClient } from '../api/client';
import { ApiError } from '../api/http/errors';
import type { Batch } from '../batches/batch';
import { type Disposable, Emitter } from '../common/emitter';
import { sha256 } from '../common/hash';
import { type InputFolder, InputStore } from './inputStore';
import { Journal } from './journal';
import { messageOf } from './outcome';
import type { Part } from './submission';
import { Submitter, type SubmitterHost } from './submitter';

export interface AccountSubmissionsHost extends Omit<SubmitterHost, 'journal' | 'inputs' | 'createBatch'> {
  readonly files: SharedFiles;
  /** The folder for the inputs of an account. */
  readonly inputFolder: (account: string) => InputFolder;
}

/** Journal, inputs and submitter of one account. */
export class AccountSubmissions implements Disposable {
  readonly journal: Journal;
  readonly inputs: InputStore;
  readonly submitter: Submitter;
  /** The number of running actions: it must not be disposed before they end. */
  private running = 0;
  private stopping = new AbortController();
  private isClosed = false;
  /** The client of the last action. Any client will do: an account is a base URL and a key. */
  private client: BatchClient | undefined;
  /** The errors of this window, by the hash of the input: they have more details than the journal. */
  private readonly errors = new Map<string, ApiError>();
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;

  constructor(
    host: AccountSubmissionsHost,
    readonly account: string,
  ) {
    this.journal = new Journal({ ...host, account });
    this.inputs = new InputStore(host.inputFolder(account));
    this.submitter = new Submitter({
      ...host,
      journal: this.journal,
      inputs: this.inputs,
      createBatch: (input) => this.createBatch(input),
    });
    this.journal.onDidChange(() => this.changes.fire());
    this.submitter.onDidChange(() => this.changes.fire());
  }

  /**
   * Runs an action that may send, with a client of this account.
   * @param action Must send nothing more when its signal is aborted: by the given signal or by {@link stop}.
   */
  async run<T>(client: BatchClient, signal: AbortSignal, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.client = client;
    this.running++;
    try {
      return await action(AbortSignal.any([signal, this.stopping.signal]));
    } finally {
      this.running--;
      this.disposeIfUnused();
    }
  }

  /** The error of a part if it failed in this window. Another window may have tried the same since. */
  errorOf({ hash, state }: Part): ApiError | undefined {
    const error = this.errors.get(hash);
    const isOfThisState =
      error !== undefined && 'reason' in state && state.reason === error.reason && state.message === messageOf(error);
    return isOfThisState ? error : undefined;
  }

  /** Stops sending. A request that is being sent is completed; the rest stays pending until the user resumes it. */
  stop(): void {
    this.stopping.abort();
    this.stopping = new AbortController();
  }

  /** Disposes it when the running actions have ended: the user has switched to another account. */
  close(): void {
    this.isClosed = true;
    this.disposeIfUnused();
  }

  /** The user has switched back to this account. @returns false if it was disposed meanwhile. */
  reopen(): boolean {
    if (this.isClosed && this.running === 0) {
      return false;
    }
    this.isClosed = false;
    return true;
  }

  /** Stops waiting. A request that is being sent is completed. */
  dispose(): void {
    this.submitter.dispose();
    this.changes.dispose();
    this.journal.dispose();
  }

  private disposeIfUnused(): void {
    if (this.isClosed && this.running === 0) {
      this.dispose();
    }
  }

  private async createBatch(input: Parameters<BatchClient['createBatch']>[0]): Promise<Batch> {
    if (this.client === undefined) {
      throw new ApiError('noKey', 'there is no API key');
    }
    try {
      // Never aborted: the request can't be recalled, and its response must be recorded.
      return await this.client.createBatch(input, new AbortController().signal);
    } catch (error) {
      if (error instanceof ApiError) {
        this.errors.set(await sha256(input.input), error);
      }
      throw error;
    }
  }
}
