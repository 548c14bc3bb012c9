import type { Disposable } from '../../common/emitter';
import { Emitter } from '../../common/emitter';
import type { Clock } from '../../common/clock';
import { asError } from '../../common/errors';
import type { Log } from '../../common/log';
import { knownModels } from './requestSchema';

export interface ModelsHost {
  /** `GET /v2/models`. @throws when there is no usable answer. */
  list: (signal: AbortSignal) => Promise<readonly string[]>;
  /** There is a key to ask with. */
  canAsk: () => boolean;
  clock: Clock;
  log: Log;
}

/** How long an answer is good for, in milliseconds. New models come a few times a year. */
const goodForMs = 60 * 60_000;

/** The models that may be used: those that the API lists for the key, the known ones until it has. */
export class Models implements Disposable {
  private listed: readonly string[] | undefined;
  private triedAt = -Infinity;
  private asking: AbortController | undefined;
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;

  constructor(private readonly host: ModelsHost) {}

  get names(): readonly string[] {
    return this.listed ?? knownModels;
  }

  /** Asks which models there are, unless that was done lately. Never fails: the known ones stay. */
  async refresh(): Promise<void> {
    const { clock, log } = this.host;
    if (!this.host.canAsk() || this.asking !== undefined || clock.now() - this.triedAt < goodForMs) {
      return;
    }
    const asking = new AbortController();
    this.asking = asking;
    this.triedAt = clock.now();
    try {
      const names = await this.host.list(asking.signal);
      if (this.asking === asking && names.length > 0) {
        this.listed = names;
        this.changes.fire();
      }
    } catch (error) {
      log.info(`The models could not be listed: ${asError(error).message}`);
    } finally {
      if (this.asking === asking) {
        this.asking = undefined;
      }
    }
  }

  /** Another key may have other models. */
  reset(): void {
    this.asking?.abort();
    this.asking = undefined;
    this.triedAt = -Infinity;
    if (this.listed !== undefined) {
      this.listed = undefined;
      this.changes.fire();
    }
  }

  dispose(): void {
    this.asking?.abort();
    this.changes.dispose();
  }
}
