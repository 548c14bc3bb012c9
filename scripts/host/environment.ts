/** The environment of an editor: what it needs, and nothing else of the machine. */
import type { TempDir } from '../lib/tempDir';

/**
 * The machine's SYNC_API_KEY, proxy, PORT or PASSWORD (code-server reads both) must not change the result of a test, so
 * only these variables are passed on.
 */
const passedOn = ['PATH', 'USER', 'LOGNAME', 'TMPDIR', 'LD_LIBRARY_PATH'];

/**
 * @param home becomes the home folder: the server writes there, and nothing of the user's own is read
 * @param extra additional variables, for example `TZ` or `SYNC_API_KEY`
 */
export function hostEnvironment(home: TempDir, extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    HOME: home.path,
    SHELL: '/bin/sh',
    // The same format of dates and numbers on every machine.
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    // Keeps the server from asking the user's login shell for more variables.
    VSCODE_CLI: '1',
    // No marketplace: nothing is asked of it, on a machine that can reach it as on one that can't.
    EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: '' }),
  };
  for (const name of passedOn) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return { ...env, ...extra };
}
