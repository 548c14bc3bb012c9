/** The extension as a user has it, with example batches that move: for `npm start` and for the README's pictures. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { templateLines } from '../../src/core/batchFile/newFile/template';
import { demoBatches } from '../../test/simulator/demoData';
import { startSimulator, type Simulator } from '../../test/simulator/simulator';
import { installExtensions, startCodeServer, type CodeServer } from '../host/codeServer';
import { ensureVsCodeHost } from '../host/install';
import { makeTempDir } from '../lib/tempDir';
import { packageExtension } from '../lib/vsix';
import { packageCompanion } from './companionVsix';

/** The key that the simulator accepts and the extension finds in its environment. */
const demoKey = 'demo-key';

export interface DemoOptions {
  /** Port of the workbench; 0 takes any free one. */
  port: number;
  /** How many times faster than life the unfinished batches move; 0: not at all. */
  speed: number;
  /** Time zone of the extension host. */
  timeZone: string;
  /** User settings on top of those of a quiet workbench. */
  settings?: Readonly<Record<string, unknown>>;
}

export interface Demo {
  codeServer: CodeServer;
  simulator: Simulator;
  /** The folder that is open in the workbench. There is a batch file in it, to be looked at and sent. */
  folder: string;
  /** Address of the workbench with the folder open. */
  url: string;
  stop: () => Promise<void>;
}

export async function startDemo(options: DemoOptions): Promise<Demo> {
  const host = await ensureVsCodeHost('current');
  const vsix = await packageExtension();
  const work = makeTempDir('syncb-demo');
  const dir = (name: string): string => {
    const made = path.join(work.path, name);
    fs.mkdirSync(made);
    return made;
  };
  const extensionsDir = dir('extensions');
  await installExtensions(host, [vsix, await packageCompanion(dir('companion'))], extensionsDir);

  const simulator = await startSimulator({
    keys: [demoKey],
    batches: demoBatches(Date.now()),
    speed: options.speed,
    control: true,
  });
  const codeServer = await startCodeServer({
    host,
    extensionsDir,
    userDataDir: dir('user'),
    settings: { 'syncBatches.apiBaseUrl': simulator.url, ...options.settings },
    env: { SYNC_API_KEY: demoKey, TZ: options.timeZone },
    port: options.port,
  });
  const folder = dir('videos');
  fs.writeFileSync(path.join(folder, 'episodes.jsonl'), templateLines(24).text);
  return {
    codeServer,
    simulator,
    folder,
    url: codeServer.urlFor(folder),
    stop: async () => {
      await codeServer.stop();
      await simulator.stop();
      work.remove();
    },
  };
}
