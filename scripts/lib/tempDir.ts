import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { atExit } from './cleanup';

export interface TempDir {
  path: string;
  remove(): void;
}

/**
 * A fresh folder that is gone when this process ends. The name is kept short: the servers make sockets in it, and the
 * path of a socket may have about 100 characters.
 */
export function makeTempDir(name: string): TempDir {
  // The real path: on macOS the temporary folder is behind a link, and the editor shows and compares real ones.
  const dir = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), `${name}-`));
  const remove = (): void => fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  const forget = atExit(remove);
  return {
    path: dir,
    remove() {
      remove();
      forget();
    },
  };
}
