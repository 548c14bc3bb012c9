import type { Log } from '../../../src/core/common/log';

type Level = keyof Log;

/** A log that records its lines. */
export class RecordingLog implements Log {
  readonly lines: { readonly level: Level; readonly message: string }[] = [];

  trace(message: string): void {
    this.lines.push({ level: 'trace', message });
  }
  debug(message: string): void {
    this.lines.push({ level: 'debug', message });
  }
  info(message: string): void {
    this.lines.push({ level: 'info', message });
  }
  warn(message: string): void {
    this.lines.push({ level: 'warn', message });
  }
  error(message: string): void {
    this.lines.push({ level: 'error', message });
  }

  get messages(): string[] {
    return this.lines.map(({ message }) => message);
  }

  at(level: Level): string[] {
    return this.lines.filter((line) => line.level === level).map(({ message }) => message);
  }
}
