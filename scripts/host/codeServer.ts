/** The editor as users have it: code-server with a packaged extension, opened in a browser. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { readJson } from '../lib/json';
import { run, startProcess, waitFor, type RunningProcess } from '../lib/processes';
import { makeTempDir } from '../lib/tempDir';
import { hostEnvironment } from './environment';
import type { VsCodeHost } from './install';
import { quietWorkbench } from './settings';

export interface CodeServerOptions {
  host: VsCodeHost;
  /** Holds the installed extensions: see `installExtensions`. */
  extensionsDir: string;
  /** A folder in place of that of the extensions that come with VS Code. */
  builtInExtensions?: string;
  /** User settings and what the editor remembers. Give a fresh folder for a fresh editor. */
  userDataDir: string;
  /** User settings in addition to those of a quiet workbench. */
  settings?: Readonly<Record<string, unknown>>;
  /** Variables in addition to those that every editor gets. */
  env?: Readonly<Record<string, string>>;
  /** 0, the default, takes any free port. */
  port?: number;
}

export interface CodeServer {
  /** Address of the workbench, without a folder. */
  url: string;
  userDataDir: string;
  /** Address of the workbench with a folder of this machine open. */
  urlFor: (folder: string) => string;
  /** The file of user settings. Windows read it when they are opened or reloaded, and do not notice a change of it. */
  settingsFile: string;
  log: () => string;
  /** False as soon as it has ended, for whatever reason. */
  running: () => boolean;
  /**
   * Makes the editor as fresh as a new one, once all of its windows are closed: ends their extension hosts, which a server
   * keeps for windows that come back, and replaces the user data.
   * @param settings user settings in addition to those of a quiet workbench
   */
  renew: (settings?: Readonly<Record<string, unknown>>) => Promise<void>;
  stop: () => Promise<void>;
}

/** Installs packaged extensions into a folder of extensions. Throws if one of them is not there afterwards. */
export async function installExtensions(
  host: VsCodeHost,
  vsixs: readonly string[],
  extensionsDir: string,
): Promise<void> {
  const home = makeTempDir('syncb-home');
  const dirs = ['--extensions-dir', extensionsDir, '--user-data-dir', path.join(home.path, 'data')];
  const install = vsixs.flatMap((vsix) => ['--install-extension', vsix]);
  try {
    await run(host.node, [host.codeServerEntry, ...dirs, ...install, '--force'], { env: hostEnvironment(home) });
    const installed = readJson(path.join(extensionsDir, 'extensions.json'));
    if (!Array.isArray(installed) || installed.length !== vsixs.length) {
      throw new Error(`Not all of ${vsixs.join(', ')} are in ${extensionsDir} after they were installed`);
    }
  } finally {
    home.remove();
  }
}

/** Starts an editor and resolves when it answers. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const { host, userDataDir } = options;
  const settingsFile = path.join(userDataDir, 'User', 'settings.json');
  writeSettings(settingsFile, options.settings);
  const home = makeTempDir('syncb-home');
  const args = [
    host.codeServerEntry,
    '--auth=none',
    `--bind-addr=127.0.0.1:${options.port ?? 0}`,
    `--user-data-dir=${userDataDir}`,
    `--extensions-dir=${options.extensionsDir}`,
    `--builtin-extensions-dir=${options.builtInExtensions ?? host.builtInExtensions}`,
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    '--ignore-last-opened',
  ];
  const server = startProcess(host.node, args, { env: hostEnvironment(home, options.env) });
  const stop = async (): Promise<void> => {
    await server.stop();
    home.remove();
  };
  try {
    const url = await listening(server, /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/);
    return {
      url,
      userDataDir,
      urlFor: (folder) => `${url}/?folder=${encodeURIComponent(folder)}`,
      settingsFile,
      log: server.log,
      running: server.running,
      renew: async (settings) => {
        await server.endChildren('--type=extensionHost');
        removeUserData(userDataDir);
        writeSettings(settingsFile, settings);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function writeSettings(file: string, settings: Readonly<Record<string, unknown>> = {}): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify({ ...quietWorkbench, ...settings }, undefined, 2));
}

/** Removes everything from the folder that the running server does not need: its socket and the logs it has open. */
function removeUserData(userDataDir: string): void {
  const remove = (entry: string): void => fs.rmSync(entry, { recursive: true, force: true, maxRetries: 5 });
  for (const entry of fs.readdirSync(userDataDir, { withFileTypes: true })) {
    const full = path.join(userDataDir, entry.name);
    if (entry.isSocket()) continue;
    if (entry.name !== 'logs') {
      remove(full);
      continue;
    }
    // Each session has a folder with files of the server and a folder for each extension host.
    for (const session of fs.readdirSync(full)) {
      for (const log of fs.readdirSync(path.join(full, session), { withFileTypes: true })) {
        if (log.isDirectory()) remove(path.join(full, session, log.name));
      }
    }
  }
}

/** The address that a server says it listens on; `pattern` finds it in its log. */
export async function listening(server: RunningProcess, pattern: RegExp): Promise<string> {
  return await waitFor('Starting VS Code', server, 60_000, () => pattern.exec(server.log())?.[1]);
}
