import type { Fault, FaultEffect, Faults } from './types';

interface Target {
  method: string;
  path: string;
  origin: 'api' | 'files';
}

/** What the faults do to one request: a delay, and perhaps a wrong answer. */
export interface Trouble {
  delayMs: number;
  /** A promise to wait for after that. */
  holds: Promise<unknown>[];
  effect: Exclude<FaultEffect, { kind: 'delay' | 'hold' }> | undefined;
}

/** The list of faults that are switched on. */
export class FaultList implements Faults {
  #faults: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults = [];
  }

  /** Finds the faults of this request and counts them as used. */
  take(target: Target): Trouble {
    const trouble: Trouble = { delayMs: 0, holds: [], effect: undefined };
    for (const entry of this.#faults) {
      if (entry.left <= 0 || !hits(entry.fault, target)) continue;
      entry.left -= 1;
      if (entry.fault.effect.kind === 'delay') {
        trouble.delayMs += entry.fault.effect.ms;
        continue;
      }
      if (entry.fault.effect.kind === 'hold') {
        trouble.holds.push(entry.fault.effect.until);
        continue;
      }
      trouble.effect = entry.fault.effect;
      break;
    }
    this.#faults = this.#faults.filter((entry) => entry.left > 0);
    return trouble;
  }
}

function hits(fault: Fault, target: Target): boolean {
  if (fault.origin !== undefined && fault.origin !== target.origin) return false;
  if (fault.method !== undefined && fault.method.toUpperCase() !== target.method) return false;
  if (fault.path === undefined) return true;
  if (typeof fault.path === 'string') return fault.path === target.path;
  // A pattern with the g flag remembers where it stopped; every request starts anew.
  fault.path.lastIndex = 0;
  return fault.path.test(target.path);
}
