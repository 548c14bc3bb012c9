/**
 * What every end-to-end test gets: a VS Code with the packaged extension and a fresh profile, a simulator of the API, and
 * a window that is not open yet, so that a test can put batches into the simulator first.
 *
 * Starting a server takes seconds, so the tests of a worker share one. Between two tests its extension hosts are ended and
 * its user data removed. The browser context is new for each test, and with it what the window stores in the browser.
 *
 *   test.use({ simulatorOptions: { keys: ['k'] }, env: { SYNC_API_KEY: 'k', TZ: 'Asia/Tokyo' } });
 *   test('...', async ({ workbench, simulator }) => { await workbench.open(); ... });
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test as base } from '@playwright/test';
import { fewBuiltInExtensions } from '../../scripts/host/builtInExtensions';
import { installExtensions, startCodeServer, type CodeServer } from '../../scripts/host/codeServer';
import { ensureVsCodeHost, type VsCodeHost } from '../../scripts/host/install';
import type { HostVersion } from '../../scripts/host/versions';
import { makeTempDir, type TempDir } from '../../scripts/lib/tempDir';
import { startSimulator } from '../simulator/simulator';
import type { Simulator, SimulatorOptions } from '../simulator/types';
import { Workbench } from './workbench';

interface WorkerOptions {
  /** Set by the project in `playwright.config.ts`. */
  hostVersion: HostVersion;
}

interface WorkerFixtures {
  host: VsCodeHost;
  /** A folder of extensions with ours in it, shared by the tests of a worker. */
  extensionsDir: string;
  servers: Servers;
}

/** The servers of a worker: one for each set of variables, since a server can't change its own. */
class Servers {
  private readonly started = new Map<string, { server: CodeServer; userData: TempDir }>();
  private readonly fewBuiltIn: TempDir;

  constructor(
    private readonly host: VsCodeHost,
    private readonly extensionsDir: string,
  ) {
    this.fewBuiltIn = fewBuiltInExtensions(host);
  }

  /** A server with a fresh profile. The windows of the test before must be closed. */
  async fresh(
    env: Readonly<Record<string, string>>,
    settings: Readonly<Record<string, unknown>>,
    builtIn: BuiltInExtensions,
  ): Promise<CodeServer> {
    const key = JSON.stringify([builtIn, ...Object.entries(env).sort()]);
    const known = this.started.get(key);
    // In the others too, no extension host of an earlier test may go on.
    for (const other of this.started.values()) {
      if (other !== known) await other.server.renew();
    }
    if (known?.server.running() === true) {
      await known.server.renew(settings);
      return known.server;
    }
    const userData = makeTempDir('syncb-user');
    const { host, extensionsDir } = this;
    const server = await startCodeServer({
      ...{ host, extensionsDir, userDataDir: userData.path, settings, env },
      ...(builtIn === 'all' ? {} : { builtInExtensions: this.fewBuiltIn.path }),
    });
    this.started.set(key, { server, userData });
    return server;
  }

  async stop(): Promise<void> {
    for (const { server, userData } of this.started.values()) {
      await server.stop();
      userData.remove();
    }
    this.fewBuiltIn.remove();
  }
}

/** Which of the extensions that come with VS Code a window has. Without most of them it opens in half the time. */
type BuiltInExtensions = 'all' | 'few';

interface TestOptions {
  /** User settings on top of those of a quiet workbench that knows the simulator. */
  settings: Record<string, unknown>;
  /** Variables of the editor's server, which the extension sees. There is no `SYNC_API_KEY` unless it is given here. */
  env: Record<string, string>;
  simulatorOptions: SimulatorOptions;
  builtInExtensions: BuiltInExtensions;
}

interface TestFixtures {
  simulator: Simulator;
  /** The folder that is open in the window; empty at first. */
  folder: string;
  codeServer: CodeServer;
  workbench: Workbench;
}

export const test = base.extend<TestOptions & TestFixtures, WorkerOptions & WorkerFixtures>({
  hostVersion: ['current', { scope: 'worker', option: true }],

  host: [
    async ({ hostVersion }, use) => {
      await use(await ensureVsCodeHost(hostVersion));
    },
    // On a new machine it is downloaded first.
    { scope: 'worker', timeout: 600_000 },
  ],

  extensionsDir: [
    async ({ host }, use) => {
      const vsix = process.env['SYNC_BATCHES_VSIX'];
      if (vsix === undefined) throw new Error('SYNC_BATCHES_VSIX names no packaged extension (see globalSetup.ts)');
      const dir = makeTempDir('syncb-ext');
      await installExtensions(host, [vsix], dir.path);
      await use(dir.path);
      dir.remove();
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  servers: [
    async ({ host, extensionsDir }, use) => {
      const servers = new Servers(host, extensionsDir);
      await use(servers);
      await servers.stop();
    },
    { scope: 'worker' },
  ],

  settings: [{}, { option: true }],
  env: [{}, { option: true }],
  simulatorOptions: [{}, { option: true }],
  builtInExtensions: ['few', { option: true }],

  // The browser has the extension's time zone.
  timezoneId: async ({ env }, use) => {
    await use(env['TZ'] ?? 'UTC');
  },

  simulator: async ({ simulatorOptions }, use) => {
    const simulator = await startSimulator(simulatorOptions);
    await use(simulator);
    await simulator.stop();
  },

  folder: async ({ hostVersion }, use) => {
    const dir = makeTempDir(`syncb-folder-${hostVersion}`);
    await use(dir.path);
    dir.remove();
  },

  codeServer: async ({ servers, simulator, settings, env, builtInExtensions }, use, testInfo) => {
    const allSettings = { 'syncBatches.apiBaseUrl': simulator.url, ...settings };
    const server = await servers.fresh(env, allSettings, builtInExtensions);
    await use(server);
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('server log', { body: server.log(), contentType: 'text/plain' });
      keepLogs(server.userDataDir, testInfo.outputPath('logs'));
    }
  },

  workbench: async ({ page, codeServer, folder }, use) => {
    await use(new Workbench(page, codeServer, folder));
  },
});

export { expect } from '@playwright/test';

/** The editor's own logs, the extension's among them. */
function keepLogs(userDataDir: string, target: string): void {
  const logs = path.join(userDataDir, 'logs');
  if (fs.existsSync(logs)) fs.cpSync(logs, target, { recursive: true });
}
