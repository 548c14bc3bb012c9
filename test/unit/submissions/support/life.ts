import type { Clock } from '../../../../src/core/common/clock';
import type { FakeClock } from '../../support/fakeClock';

/** Whether a window runs. A suspended window continues later; a dead one does nothing any more. */
export class Life {
  private dead = false;
  private asleep: (() => void)[] | undefined;

  get isDead(): boolean {
    return this.dead;
  }

  get isAsleep(): boolean {
    return this.asleep !== undefined;
  }

  die(): void {
    this.dead = true;
    this.asleep = undefined;
  }

  sleep(): void {
    this.asleep ??= [];
  }

  wake(): void {
    const late = this.asleep ?? [];
    this.asleep = undefined;
    for (const act of late) {
      this.run(act);
    }
  }

  /** Runs an action of the window: at once, when it wakes up, or never. */
  run(act: () => void): void {
    if (this.asleep !== undefined) {
      this.asleep.push(act);
    } else if (!this.dead) {
      act();
    }
  }

  /** Resolves when the window runs. */
  async turn(): Promise<void> {
    await new Promise<void>((resolve) => this.run(resolve));
    if (this.isDead) {
      await never;
    }
  }

  /** The clock of the window: its timers wait while it is suspended. */
  clockOn(clock: FakeClock): Clock {
    return {
      now: () => clock.now(),
      schedule: (delayMs, callback) => {
        let isCancelled = false;
        const cancel = clock.schedule(delayMs, () => this.run(() => (isCancelled ? undefined : callback())));
        return () => {
          isCancelled = true;
          cancel();
        };
      },
    };
  }
}

/** Never resolves: a dead window waits for it. */
export const never = new Promise<never>(() => undefined);
