/** The environment of a started editor: what it needs, and nothing that the machine happens to hold. */
import type { TempDir } from '../lib/tempDir';

/**
 * A machine's own SYNC_API_KEY, proxy, PORT or PASSWORD (code-server takes both) must not change what a test sees, so
 * only these are passed on.
 */
const passedOn = ['PATH', 'USER', 'LOGNAME', 'TMPDIR', 'LD_LIBRARY_PATH'];

/**
 * @param home becomes the home folder: the server writes there, and nothing of the user's own is read
 * @param extra what is set in addition, for example `TZ` or `SYNC_API_KEY`
 */
export function hostEnvironment(home: TempDir, extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    HOME: home.path,
    SHELL: '/bin/sh',
    // Dates and numbers come out alike on every machine.
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
