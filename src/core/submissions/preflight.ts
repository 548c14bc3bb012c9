/** An estimate of the cost of a file. */
export interface KnownEstimate {
  readonly usd: number;
  /** When it was made, in milliseconds since 1970. */
  readonly at: number;
  /** How many requests were estimated, of `total`. */
  readonly estimated: number;
  readonly total: number;
  /** `usd` is the cost of all requests, extrapolated from the estimated ones. */
  readonly isExtrapolated: boolean;
}

/** What is known about a file before it is submitted. */
export interface PreflightResult {
  readonly estimate?: KnownEstimate;
  /** The dry run passed: sync.so would accept the file. */
  readonly isValidated?: boolean;
}

const maxResults = 100;

/**
 * The preflight results of this window, by account and by the hash of the content: a result is not valid for an edited file.
 */
export class PreflightCache {
  private readonly results = new Map<string, PreflightResult>();

  get(account: string, hash: string): PreflightResult {
    return this.results.get(`${account} ${hash}`) ?? {};
  }

  /** Adds to what is known about a content. */
  add(account: string, hash: string, result: PreflightResult): void {
    const key = `${account} ${hash}`;
    const before = this.results.get(key);
    this.results.delete(key);
    this.results.set(key, { ...before, ...result });
    const [oldest = key] = this.results.keys();
    if (this.results.size > maxResults) {
      this.results.delete(oldest);
    }
  }
}
