/**
 * Stands in for VS Code's native logging module `@vscode/spdlog`, which is not compiled when code-server is installed
 * without its install scripts.
 *
 * Without it nothing that goes to a log reaches a file, so an extension's log output channel stays empty in the
 * editor. `install.ts` puts the compiled form of this file in the module's place. Log files are not rotated: no run
 * of the tests writes enough for that.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';

export const version = 0;

const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'] as const;
type Level = (typeof levels)[number];

let initialLevel = levels.indexOf('info');

export function setLevel(level: number): void {
  initialLevel = level;
}

/** Everything is written at once anyway. */
export function setFlushOn(): void {
  // Nothing is held back.
}

export class Logger {
  private level = initialLevel;
  private plain = false;

  constructor(
    _type: string,
    _name: string,
    private readonly file: string,
  ) {}

  trace(message: string): void {
    this.write('trace', message);
  }
  debug(message: string): void {
    this.write('debug', message);
  }
  info(message: string): void {
    this.write('info', message);
  }
  warn(message: string): void {
    this.write('warning', message);
  }
  error(message: string): void {
    this.write('error', message);
  }
  critical(message: string): void {
    this.write('critical', message);
  }
  getLevel(): number {
    return this.level;
  }
  setLevel(level: number): void {
    this.level = level;
  }
  /** VS Code knows one pattern only: the one that `write` follows. */
  setPattern(): void {
    // See `write`.
  }
  clearFormatters(): void {
    this.plain = true;
  }
  flush(): void {
    // Nothing is held back.
  }
  drop(): void {
    // The file is not kept open.
  }

  private write(level: Level, message: string): void {
    if (levels.indexOf(level) < this.level) return;
    const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
    fs.appendFileSync(this.file, this.plain ? message : `${time} [${level}] ${message}\n`);
  }
}

function createLogger(name: string, file: string): Promise<Logger> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return Promise.resolve(new Logger('rotating', name, file));
}

export { createLogger as createRotatingLogger, createLogger as createAsyncRotatingLogger };
