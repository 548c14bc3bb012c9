import { fork } from 'node:child_process';
import { once } from 'node:events';
import { BatchClient } from '../../../src/core/api/client';
import { Http } from '../../../src/core/api/http/http';
import { batchForm } from '../../../src/core/api/resources/batches';
import { BatchFileCheck } from '../../../src/core/batchFile/rules/batchFileCheck';
import { batchFileLimits } from '../../../src/core/batchFile/schema/limits';
import { defaultValidationContext } from '../../../src/core/batchFile/schema/requestSchema';
import { bytesOfLines, inputOf, splitIntoParts } from '../../../src/core/submissions/split';
import { Journal } from '../../../src/core/submissions/journal';
import { sha256 } from '../../../src/core/common/hash';
import { InputStore } from '../../../src/core/submissions/inputStore';
import { Submitter } from '../../../src/core/submissions/submitter';
import { DiskInputFolder } from '../../../src/platform/inputFolder';
import { nodeTransport } from '../../../src/platform/nodeTransport';
import { DiskSharedFiles } from '../../../src/platform/sharedFolder';
import { systemClock as clock } from '../../../src/platform/systemClock';
import { startSimulator } from '../../../test/simulator/simulator';
import { makeTempDir } from '../../lib/tempDir';
import type { Figure } from '../figures';
import { inTurns, timeOf } from '../measure';
import { silentLog } from './loadedStore';

const rounds = 5;
const warmUp = 1;
const requests = 10_000;
const key = 'bench-key';
const window = 'bench';

/**
 * A file of 10,000 requests, from its lines to 20 running batches: checked, divided, kept, written into the journal, sent.
 * Against a plain `fetch` of the same bodies, one after another. The server runs in a separate process and answers at once.
 */
export async function benchSubmission(): Promise<Figure[]> {
  const server = fork(process.argv[1] ?? '', ['submissionServer'], { execArgv: [] });
  const folder = makeTempDir('syncb-bench-submission');
  try {
    const [url] = (await once(server, 'message')) as [string];
    const counted = { requests: 0, bytes: 0 };
    const http = new Http({
      fetch: (target, init) => {
        counted.requests += 1;
        counted.bytes += init.body?.length ?? 0;
        return nodeTransport(target, init);
      },
      clock,
      random: Math.random,
      log: silentLog,
      redact: (text) => text,
    });
    const client = new BatchClient(http, url, key, silentLog);
    const lines = Array.from({ length: requests }, (_, index) => line(index));
    const inputs = partsOf(lines).map(({ input }) => input);

    const submit = async (round: number): Promise<number> => {
      const journal = new Journal({
        files: new DiskSharedFiles(`${folder.path}/${round}`, window),
        account: 'bench',
        window,
        clock,
        log: silentLog,
      });
      const submitter = new Submitter({
        journal,
        inputs: new InputStore(new DiskInputFolder(`${folder.path}/${round}/inputs`, window)),
        createBatch: (input) => client.createBatch(input, new AbortController().signal),
        onBatchCreated: () => undefined,
        onBatchEnded: () => ({ dispose: () => undefined }),
        window,
        clock,
        random: Math.random,
        log: silentLog,
      });
      counted.requests = 0;
      counted.bytes = 0;
      return await timeOf(async () => {
        const check = new BatchFileCheck({ limits: batchFileLimits, context: defaultValidationContext });
        check.load(lines);
        const hash = await sha256(inputOf(lines, { from: 0, to: lines.length }));
        const request = {
          fileName: 'bench.jsonl',
          fileUri: undefined,
          webhookUrl: undefined,
          hash,
          parts: partsOf(lines),
        };
        const { parts } = await submitter.submit(request, new AbortController().signal);
        const sent = parts.filter(({ state }) => state.kind === 'sent').length;
        if (sent !== inputs.length || check.summary.errors > 0) throw new Error(`${sent} batches were sent`);
      });
    };
    const plain = (): Promise<number> =>
      timeOf(async () => {
        for (const input of inputs) await post(url, input);
      });

    const time = await inTurns(rounds, warmUp, submit, plain);
    const baselineBytes = inputs.reduce((sum, input) => sum + input.length, 0);
    const single = { n: 1, baselineName: '' };
    return [
      {
        name: `${requests} requests from a file to ${inputs.length} batches`,
        ...time,
        baselineName: 'fetch of the same, one by one',
        unit: 'ms',
      },
      {
        name: '  requests',
        ...single,
        value: counted.requests,
        baseline: inputs.length,
        baselineName: 'batches',
        unit: 'requests',
      },
      {
        name: '  bytes sent',
        ...single,
        value: counted.bytes,
        baseline: baselineBytes,
        baselineName: 'bytes of the file',
        unit: 'bytes',
      },
    ];
  } finally {
    server.disconnect();
    folder.remove();
  }
}

/** Runs in a separate process, so that serving counts in neither figure. Ends when its parent disconnects. */
export async function serveSubmission(): Promise<void> {
  const simulator = await startSimulator({ keys: [key] });
  const released = once(process, 'disconnect');
  process.send?.(simulator.url);
  await released;
  await simulator.stop();
}

function line(index: number): string {
  const id = `episode-${String(index).padStart(5, '0')}`;
  const media = (type: string, ending: string): object => ({ type, url: `https://media.example.com/${id}.${ending}` });
  const payload = { model: 'lipsync-2', input: [media('video', 'mp4'), media('audio', 'wav')] };
  return JSON.stringify({ request_id: id, endpoint: '/v2/generate', payload });
}

function partsOf(lines: readonly string[]): { lines: number; input: Uint8Array }[] {
  const parts = splitIntoParts(bytesOfLines(lines), batchFileLimits);
  if ('error' in parts) throw new Error(parts.error);
  return parts.map((part) => ({ lines: part.lines, input: inputOf(lines, part) }));
}

async function post(url: string, input: Uint8Array): Promise<void> {
  const { contentType, bytes } = await batchForm({ input, fileName: 'bench.jsonl' }, false);
  const response = await fetch(`${url}/v2/batch`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': contentType },
    body: bytes as Uint8Array<ArrayBuffer>,
  });
  await response.json();
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
}
