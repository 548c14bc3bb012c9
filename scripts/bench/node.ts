/** Runs the benches of `nodeBenches.ts`, each in a fresh Node. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { readJson } from '../lib/json';
import { run } from '../lib/processes';
import { makeTempDir } from '../lib/tempDir';
import { batchCount, batchListText } from './batchListText';
import { bundleBench } from './bundle';
import type { Figure, Findings } from './figures';
import { compare } from './measure';
import { resultsText, rowCount } from './resultsText';

const coldRuns = 7;

export async function runNodeBenches(): Promise<Findings> {
  const work = makeTempDir('syncb-bench');
  try {
    const script = path.join(work.path, 'benches.js');
    await bundleBench('nodeBenches.ts', script);
    const textFile = path.join(work.path, 'batches.json');
    fs.writeFileSync(textFile, await batchListText());
    const resultsTextFile = path.join(work.path, 'results.jsonl');
    fs.writeFileSync(resultsTextFile, await resultsText());
    const runOne = async (bench: string, file = textFile, count = batchCount): Promise<unknown> => {
      const resultsFile = path.join(work.path, `${bench}.json`);
      await run(process.execPath, ['--expose-gc', script, bench, file, String(count)], {
        env: { ...process.env, RESULTS_FILE: resultsFile },
      });
      return readJson(resultsFile);
    };
    const model = (await runOne('model')) as Figure[];
    const cold: { ours: number; baseline: number }[] = [];
    while (cold.length < coldRuns) cold.push((await runOne('cold')) as { ours: number; baseline: number });
    const heap = (await runOne('heap')) as Figure;
    const figures: Figure[] = [
      ...model,
      {
        name: '  the first time in a process',
        ...compare(
          cold.map(({ ours }) => ours),
          cold.map(({ baseline }) => baseline),
        ),
        baselineName: 'JSON.parse',
        unit: 'ms',
      },
      heap,
      ...((await runOne('refresh')) as Figure[]),
      ...((await runOne('day')) as Figure[]),
      ...((await runOne('results', resultsTextFile, rowCount)) as Figure[]),
      ...((await runOne('savingMedia')) as Figure[]),
      ...((await runOne('batchFile')) as Figure[]),
      ...((await runOne('submission')) as Figure[]),
    ];
    const megabytes = (file: string): string => `${(fs.statSync(file).size / 1e6).toFixed(1)} MB of JSON`;
    return {
      figures,
      remarks: [
        `The list of 10,000 batches is ${megabytes(textFile)}, the results of 50,000 requests are ${megabytes(resultsTextFile)}.`,
      ],
    };
  } finally {
    work.remove();
  }
}
