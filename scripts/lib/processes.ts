/** Child processes that are waited for, and servers that are started and stopped. */
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { atExit } from './cleanup';

/** How much of a server's output is kept for error messages, in characters. */
const logLimit = 200_000;

const onWindows = process.platform === 'win32';

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** `inherit` shows the output as it comes; `quiet` (the default) shows it only in the error. */
  output?: 'inherit' | 'quiet';
}

/** Runs a command to its end. Throws, with the end of the output, if it can't be started or its exit code is not 0. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<void> {
  const quiet = options.output !== 'inherit';
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    // npm and npx are .cmd files there, which only a shell can start.
    shell: onWindows && !command.endsWith('.exe'),
  });
  const log = collectOutput(child);
  const ended = atExit(() => child.kill());
  try {
    const code = await exitOf(child);
    if (code !== 0) {
      throw new Error(`"${[command, ...args].join(' ')}" ended with ${code}\n${tail(log())}`.trimEnd());
    }
  } finally {
    ended();
  }
}

export interface RunningProcess {
  /** What it has written so far, both streams as they came. */
  log: () => string;
  /** False as soon as it has ended, for whatever reason. */
  running: () => boolean;
  /** Ends it and everything it has started, and resolves when it is gone. */
  stop: () => Promise<void>;
}

/** Starts a server. It is ended with this process at the latest. */
export function startProcess(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env: NodeJS.ProcessEnv },
): RunningProcess {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it forks can be ended with it.
    detached: !onWindows,
  });
  const log = collectOutput(child);
  const ended = exitOf(child).catch(() => null);
  const running = (): boolean => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const kill = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      if (onWindows) child.kill(signal);
      else process.kill(-child.pid, signal);
    } catch {
      // Nothing of the group is left.
    }
  };
  const forget = atExit(() => kill('SIGKILL'));
  return {
    log,
    running,
    stop: async () => {
      kill('SIGTERM');
      await Promise.race([ended, delay(3_000, undefined, { ref: false })]);
      kill('SIGKILL');
      await ended;
      forget();
    },
  };
}

/**
 * Waits until `probe` gives something other than `undefined`. Throws after `timeoutMs`, or as soon as the process has
 * ended, with the end of the process's output.
 */
export async function waitFor<T>(
  what: string,
  server: RunningProcess,
  timeoutMs: number,
  probe: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (!server.running()) throw new Error(`${what}: the server ended.\n${tail(server.log())}`);
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1000} s.\n${tail(server.log())}`);
    await delay(50);
  }
}

/** The last lines of a log, for an error message. */
export function tail(log: string, lines = 30): string {
  return log.trimEnd().split('\n').slice(-lines).join('\n');
}

function collectOutput(child: ChildProcess): () => string {
  let log = '';
  const add = (chunk: string): void => {
    log = (log + chunk).slice(-logLimit);
  };
  child.stdout?.setEncoding('utf8').on('data', add);
  child.stderr?.setEncoding('utf8').on('data', add);
  child.on('error', (error) => add(`${error.message}\n`));
  return () => log;
}

/** The exit code, or the name of the signal that ended it. */
function exitOf(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
}
