import * as vscode from 'vscode';
import type { Disposable } from '../../core/common/emitter';

/** A part whose code is loaded on first use, because most windows never need it. */
export class Lazy<T extends Disposable> implements Disposable {
  private loading: Promise<T> | undefined;
  private loaded: T | undefined;
  private isDisposed = false;

  /** @param load Loads the code. @returns a function that creates the part. */
  constructor(private readonly load: () => Promise<() => T>) {}

  /** @returns the part. Rejects with a cancellation if this object is disposed during loading. */
  get(): Promise<T> {
    this.loading ??= this.start();
    return this.loading;
  }

  /** The part; undefined if it has not been used yet. */
  get ifLoaded(): T | undefined {
    return this.loaded;
  }

  dispose(): void {
    this.isDisposed = true;
    this.loaded?.dispose();
  }

  private async start(): Promise<T> {
    const create = await this.load();
    if (this.isDisposed) {
      throw new vscode.CancellationError();
    }
    return (this.loaded = create());
  }
}
