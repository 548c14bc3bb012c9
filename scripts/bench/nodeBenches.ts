/** The benchmarks that need no editor: bundled like the extension and run in a separate Node (see `node.ts`). */
import * as fs from 'node:fs';
import { benchBatchFile } from './benches/batchFile';
import { benchSubmission, serveSubmission } from './benches/submission';
import { benchHeap } from './benches/heap';
import { benchModel, timeColdModel } from './benches/model';
import { benchRefreshCost } from './benches/refreshCost';
import { benchResults } from './benches/results';
import { benchSavingMedia, serveMedia } from './benches/savingMedia';
import { benchWorkingDay } from './benches/workingDay';

async function main(): Promise<unknown> {
  const [bench, textFile, count] = process.argv.slice(2);
  if (bench === 'savingMedia') return await benchSavingMedia();
  if (bench === 'submission') return await benchSubmission();
  if (bench === 'batchFile') return await benchBatchFile();
  const text = fs.readFileSync(textFile ?? '', 'utf8');
  if (bench === 'results') return await benchResults(text, Number(count));
  if (bench === 'model') return await benchModel(text);
  if (bench === 'cold') return await timeColdModel(text);
  if (bench === 'heap') return await benchHeap(text, Number(count));
  if (bench === 'refresh') return await benchRefreshCost();
  if (bench === 'day') return await benchWorkingDay();
  throw new Error(`There is no bench "${bench}"`);
}

function keep(result: unknown): void {
  fs.writeFileSync(process.env['RESULTS_FILE'] ?? '', JSON.stringify(result));
}

// A bench starts this file once more to have a server.
const servers: Readonly<Record<string, () => Promise<void>>> = {
  mediaServer: serveMedia,
  submissionServer: serveSubmission,
};
const work = servers[process.argv[2] ?? '']?.() ?? main().then(keep);
work.catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
