import { BatchFileCheck } from '../../../src/core/batchFile/rules/batchFileCheck';
import { batchFileLimits } from '../../../src/core/batchFile/schema/limits';
import { defaultValidationContext } from '../../../src/core/batchFile/schema/requestSchema';
import type { Comparison, Figure } from '../figures';
import { collectGarbage, inTurns, timeOf } from '../measure';
import { heapKeptBy } from './heap';

const rounds = 15;
const warmUp = 5;
const heapRounds = 7;
const heapWarmUp = 2;
const mostLines = 500;
/** A whole check takes a moment, an edit too little to be timed alone. */
const keystrokes = 200;

/** A batch file while it is written: checked as a whole and after a keystroke, against `JSON.parse` of each line. */
export async function benchBatchFile(): Promise<Figure[]> {
  const many = linesOf(batchFileLimits.maxBytes);
  const few = many.slice(0, mostLines);
  const wrong = many.map((line) => line.replace('"lipsync-2"', '"lipsnyc-2"'));
  const count = many.length.toLocaleString('en');
  // One file stays open: what is compiled for objects that are gone is thrown away by the collections in between.
  const opened = checked(few);
  const whole = await compare(many, 0);
  const edit = await inTurns(
    rounds,
    warmUp,
    () => timeKeystrokes(many),
    () => timeOf(() => checked(many)),
  );
  const heap = await inTurns(
    heapRounds,
    heapWarmUp,
    () => heapKeptBy(() => checked(many)),
    () => heapKeptBy(() => many.map((line) => JSON.parse(line) as unknown)),
  );
  expect(opened.summary.lines === mostLines);
  const baselineName = 'JSON.parse of all lines';
  const goal = { what: 'ratio', atMost: 2 } as const;
  return [
    { name: `Check of ${mostLines} requests`, ...(await compare(few, 0)), baselineName, unit: 'ms', goal },
    { name: `  of ${count}, which are 5 MB`, ...whole, baselineName, unit: 'ms', goal },
    { name: '  with a finding in each', ...(await compare(wrong, wrong.length)), baselineName, unit: 'ms' },
    {
      name: '  again after a keystroke in one',
      ...edit,
      baselineName: 'all checked anew',
      unit: 'ms',
      goal: { what: 'value', atMost: 5 },
    },
    {
      name: 'Heap kept for a checked request',
      value: heap.value / many.length,
      baseline: heap.baseline / many.length,
      baselineName: 'as JSON.parse gives it',
      unit: 'bytes',
      n: heap.n,
    },
  ];
}

async function compare(lines: readonly string[], diagnostics: number): Promise<Comparison> {
  return await inTurns(
    rounds,
    warmUp,
    () => {
      collectGarbage();
      return timeOf(() => expect(checked(lines).summary.warnings - 1 <= diagnostics));
    },
    () => {
      collectGarbage();
      return timeOf(() => expect(lines.map((line) => JSON.parse(line) as unknown).length === lines.length));
    },
  );
}

function checked(lines: readonly string[]): BatchFileCheck {
  const check = new BatchFileCheck({ limits: batchFileLimits, context: defaultValidationContext });
  check.load(lines);
  return check;
}

/** What one keystroke takes, with the list of all that was found read again. */
async function timeKeystrokes(lines: readonly string[]): Promise<number> {
  const check = checked(lines);
  const middle = Math.floor(lines.length / 2);
  const [typed = '', deleted = ''] = ['lipsync-', 'lipsync'].map((model) => lines[middle]?.replace('lipsync-2', model));
  const elapsed = await timeOf(() => {
    for (let key = 0; key < keystrokes; key++) {
      check.change(middle, 1, [key % 2 === 0 ? typed : deleted]);
      expect([...check.diagnostics()].length === 1 && check.summary.errors === 0);
    }
  });
  return elapsed / keystrokes;
}

/** Requests as the documentation shows them, of so many bytes together. */
function linesOf(bytes: number): string[] {
  const lines: string[] = [];
  for (let size = 0; ;) {
    const index = lines.length;
    const line = JSON.stringify({
      request_id: `episode-${index}-de`,
      endpoint: '/v2/generate',
      payload: {
        model: 'lipsync-2',
        input: [
          { type: 'video', url: `https://media.example.com/episodes/${index}/video.mp4` },
          { type: 'audio', url: `https://media.example.com/episodes/${index}/audio-de.wav` },
        ],
        options: { sync_mode: 'cut_off', temperature: 0.5 },
        outputFileName: `episode-${index}-de`,
      },
    });
    size += line.length + 1;
    if (size > bytes) return lines;
    lines.push(line);
  }
}

/** What looks at nothing must not pass for what looks quickly. */
function expect(isRight: boolean): void {
  if (!isRight) throw new Error('The lines were not checked');
}
