/**
 * For F5 in VS Code (`.vscode/tasks.json`): makes a profile whose settings name the simulator, and starts that. A
 * separate profile, because the address is a user setting and must not get into the developer's own.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { demoBatches } from '../../test/simulator/demoData';
import { startSimulator } from '../../test/simulator/simulator';
import { cacheDir } from '../lib/paths';

async function main(): Promise<void> {
  const now = Date.now();
  const simulator = await startSimulator({ keys: ['demo-key'], batches: demoBatches(now), speed: 20, control: true });
  const dir = path.join(cacheDir, 'f5', 'User');
  fs.mkdirSync(dir, { recursive: true });
  const settings = { 'syncBatches.apiBaseUrl': simulator.url, 'workbench.startupEditor': 'none' };
  fs.writeFileSync(path.join(dir, 'settings.json'), JSON.stringify(settings, undefined, 2));
  // The task waits for this line.
  console.log(`The simulator answers at ${simulator.url}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
