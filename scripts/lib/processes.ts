/** Runs child processes to their end, and starts and stops servers. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { atExit } from './cleanup';

/** The length of the server output that is kept for error messages, in characters. */
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
    // npm and npx are .cmd files on Windows, which only a shell can start.
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
  /** Its output so far, both streams in the order of arrival. */
  log: () => string;
  /** False as soon as it has ended, for whatever reason. */
  running: () => boolean;
  /** Ends the processes that it has started, directly or not, whose command line contains this text. */
  endChildren: (text: string) => Promise<void>;
  /** Ends it and everything it has started, and resolves when it is gone. */
  stop: () => Promise<void>;
}

/** Starts a server. It ends with this process at the latest. */
export function startProcess(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env: NodeJS.ProcessEnv },
): RunningProcess {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group, so that its children can be ended with it.
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
    endChildren: async (text) => {
      if (child.pid !== undefined) await endInGroup(child.pid, text);
    },
    stop: async () => {
      kill('SIGTERM');
      await Promise.race([ended, delay(3_000, undefined, { ref: false })]);
      kill('SIGKILL');
      await ended;
      forget();
    },
  };
}

/** Kills the processes of a group whose command line contains this text, and resolves when all of them are gone. */
async function endInGroup(group: number, text: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const left = processesOf(group).filter(({ command }) => command.includes(text));
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(`These processes do not end: ${JSON.stringify(left)}`);
    for (const { pid } of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
    await delay(20);
  }
}

interface GroupMember {
  pid: number;
  command: string;
}

/** The processes of a group. Linux images without `ps` are common, and only Linux has /proc. */
function processesOf(group: number): readonly GroupMember[] {
  if (process.platform === 'linux') {
    return fs
      .readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => membersAt(path.join('/proc', name), group));
  }
  return execFileSync('ps', ['-A', '-ww', '-o', 'pid=,pgid=,command='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => Number(match?.[2]) === group)
    .map((match) => ({ pid: Number(match?.[1]), command: match?.[3] ?? '' }));
}

/** The process with this folder below /proc, if it is of the group. */
function membersAt(dir: string, group: number): readonly GroupMember[] {
  try {
    // "pid (name) state ppid pgrp …", and a name can contain anything.
    const stat = fs.readFileSync(path.join(dir, 'stat'), 'utf8');
    const pgrp = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
    if (pgrp !== group) return [];
    const command = fs.readFileSync(path.join(dir, 'cmdline'), 'utf8').replaceAll('\0', ' ');
    return [{ pid: Number(path.basename(dir)), command }];
  } catch {
    // It has ended meanwhile.
    return [];
  }
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
