import type { KnownEstimate } from './text/submitting';

/** Texts about which something is remembered. */
const mostTexts = 100;

/** What was found out about a text without sending it. */
export interface PreflightResult {
  readonly estimate?: KnownEstimate;
  /** sync.so's own check let it through. */
  readonly isValidated?: boolean;
}

/**
 * What was found out about texts in this window, by account and by the hash of the text: whatever is edited since, it does
 * not hold for.
 */
export class PreflightCache {
  private readonly known = new Map<string, PreflightResult>();

  of(account: string, hash: string): PreflightResult {
    return this.known.get(`${account} ${hash}`) ?? {};
  }

  note(account: string, hash: string, diagnostics: PreflightResult): void {
    const key = `${account} ${hash}`;
    const before = this.known.get(key);
    this.known.delete(key);
    this.known.set(key, { ...before, ...diagnostics });
    for (const oldest of this.known.keys()) {
      if (this.known.size <= mostTexts) {
        break;
      }
      this.known.delete(oldest);
    }
  }
}
