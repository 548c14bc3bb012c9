/** Something that must be given back. The editor's disposables fit it. */
export interface Disposable {
  dispose(): void;
}

/** A list of listeners: the core's own small event, so that it needs no editor. */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<(event: T) => void>();

  /** Adds a listener until the returned object is disposed of. */
  readonly event = (listener: (event: T) => void): Disposable => {
    // Wrapped, so that the same function added twice counts twice.
    const own = (event: T): void => listener(event);
    this.listeners.add(own);
    return { dispose: () => this.listeners.delete(own) };
  };

  fire(event: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(event);
      } catch (error) {
        // The fault of one listener is reported by the host, and keeps the event from none of the others.
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
