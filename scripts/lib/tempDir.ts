import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { atExit } from './cleanup';

export interface TempDir {
  path: string;
  remove(): void;
}

/**
 * A fresh folder that is removed when this process ends. Its name is short: servers create sockets in it, and the path of a
 * socket can have about 100 characters.
 */
export function makeTempDir(name: string): TempDir {
  // On macOS the temporary folder is a link, and the editor shows and compares real paths.
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
