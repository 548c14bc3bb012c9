import { startProcess, type RunningProcess } from '../lib/processes';
import { listening } from './codeServer';
import type { VsCodeHost } from './install';

/**
 * Starts the server of VS Code with the driver of its smoke tests: a window of it takes the folder of an extension under
 * development and a module to run in its extension host, and reports how that ends.
 * @param serverData the folder for its settings and data
 * @param builtInExtensions a folder in place of that of the extensions that come with VS Code
 */
export function startDriverServer(
  host: VsCodeHost,
  serverData: string,
  env: NodeJS.ProcessEnv,
  builtInExtensions = host.builtInExtensions,
): RunningProcess {
  const args = [
    host.serverMain,
    '--host=127.0.0.1',
    '--port=0',
    '--without-connection-token',
    '--accept-server-license-terms',
    '--enable-smoke-test-driver',
    '--disable-workspace-trust',
    `--server-data-dir=${serverData}`,
    `--builtin-extensions-dir=${builtInExtensions}`,
    '--telemetry-level=off',
  ];
  return startProcess(host.node, args, { env });
}

/** Resolves with its port as soon as it takes connections. */
export async function driverPort(server: RunningProcess): Promise<string> {
  return await listening(server, /Extension host agent listening on (\d+)/);
}
