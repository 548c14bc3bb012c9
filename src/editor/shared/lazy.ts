import * as vscode from 'vscode';
import type { Disposable } from '../../core/common/emitter';

/** A part that is loaded when it is first needed, since most windows never need it. */
export class Lazy<T extends Disposable> implements Disposable {
  private loading: Promise<T> | undefined;
  private loaded: T | undefined;
  private isOver = false;

  /** @param load resolves with what makes the part of the code that was loaded. */
  constructor(private readonly load: () => Promise<() => T>) {}

  /** The part. Rejects with a cancellation where everything ended while it was loaded. */
  get(): Promise<T> {
    this.loading ??= this.start();
    return this.loading;
  }

  /** The part, where it was needed already. */
  get ifLoaded(): T | undefined {
    return this.loaded;
  }

  dispose(): void {
    this.isOver = true;
    this.loaded?.dispose();
  }

  private async start(): Promise<T> {
    const make = await this.load();
    if (this.isOver) {
      throw new vscode.CancellationError();
    }
    return (this.loaded = make());
  }
}
