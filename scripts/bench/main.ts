/**
 * Measures how much the extension costs, each time against a baseline in the same run, and prints one table.
 *
 *   npm run bench                       in the current VS Code
 *   npm run bench -- --only floor       in the oldest supported one
 *   npm run bench -- --json FILE        also writes the numbers as JSON
 *
 * A goal that is not met is no failure; only something that could not be measured is.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import { parseArgs } from 'node:util';
import { ensureVsCodeHost } from '../host/install';
import { hostVersions, isHostVersion } from '../host/versions';
import { exitOnSignals } from '../lib/cleanup';
import { npm } from '../lib/npm';
import { inRepo } from '../lib/paths';
import { meetsGoal, ratioOf, table } from './figures';
import { runNodeBenches } from './node';
import { runPageBenches } from './page';
import { runWindowBenches } from './window';

async function main(): Promise<void> {
  exitOnSignals();
  const { values } = parseArgs({
    options: { only: { type: 'string', default: 'current' }, json: { type: 'string' } },
  });
  if (!isHostVersion(values.only)) throw new Error(`--only takes ${hostVersions.join(' or ')}, not "${values.only}"`);

  console.log('Building the extension.');
  await npm(['run', '--silent', 'build']);
  const host = await ensureVsCodeHost(values.only);
  console.log(`Measuring in VS Code ${host.vscode}.`);
  const inWindow = await runWindowBenches(host, inRepo('dist'));
  console.log(`Measuring in Node ${process.versions.node}.`);
  const inNode = await runNodeBenches();

  console.log('Measuring in the browser.');
  const inPage = await runPageBenches(inRepo('dist'));

  const figures = [...inWindow.figures, ...inNode.figures, ...inPage.figures];
  console.log(`\n${table(figures)}\n`);
  console.log(
    'Medians of n repetitions, taken in turns with those of the baseline, and the ratio of the least of them.',
  );
  for (const remark of [...inWindow.remarks, ...inNode.remarks, ...inPage.remarks]) console.log(remark);
  const load = os.loadavg()[0] ?? 0;
  if (load > os.availableParallelism()) {
    console.log(`The machine was busy (load ${load.toFixed(1)}): what takes long suffers more than its baseline.`);
  }
  if (values.json !== undefined) {
    const results = figures.map((figure) => ({
      ...figure,
      ratio: ratioOf(figure),
      ratioOfLeast: figure.least === undefined ? null : ratioOf(figure.least),
      met: meetsGoal(figure) ?? null,
    }));
    const machine = { node: process.versions.node, vscode: host.vscode, cpu: os.cpus()[0]?.model, load };
    fs.writeFileSync(values.json, `${JSON.stringify({ ...machine, figures: results }, undefined, 2)}\n`);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? (error.cause ?? error) : error);
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
