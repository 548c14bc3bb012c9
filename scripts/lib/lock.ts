import * as fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a lock file, which only one process can hold. The lock of a process that has ended does not count. */
export async function lock(file: string): Promise<() => void> {
  const deadline = Date.now() + 10 * 60_000;
  for (;;) {
    try {
      fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => fs.rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!ownerIsAlive(file)) fs.rmSync(file, { force: true });
    else if (Date.now() > deadline) throw new Error(`Another process is installing for too long. Remove ${file}?`);
    else await delay(200);
  }
}

function ownerIsAlive(file: string): boolean {
  try {
    const pid = Number(fs.readFileSync(file, 'utf8'));
    // Empty: it has just been created, and the number is not in it yet.
    if (pid === 0) return Date.now() - fs.statSync(file).mtimeMs < 10_000;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
