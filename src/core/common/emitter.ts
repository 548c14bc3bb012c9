/** Compatible with VS Code's `Disposable`. */
export interface Disposable {
  dispose(): void;
}

/** An event source, like VS Code's `EventEmitter`, which the core can't use. */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<(event: T) => void>();

  /** Adds a listener. Dispose the returned object to remove it. */
  readonly event = (listener: (event: T) => void): Disposable => {
    // Wrapped, so that the same function can be added twice.
    const wrapped = (event: T): void => listener(event);
    this.listeners.add(wrapped);
    return { dispose: () => this.listeners.delete(wrapped) };
  };

  fire(event: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(event);
      } catch (error) {
        // VS Code reports the error of a listener. The other listeners still get the event.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}
