import { parseArgs } from 'node:util';
import { demoBatches, manyBatches } from './demoData';
import { startSimulator } from './simulator';

const key = 'demo-key';

const usage = `Starts a simulator of the sync.so API with example batches.

  tsx test/simulator/cli.ts [--port N] [--speed N] [--batches N]

  --port N      port of the API origin (default: any free one)
  --speed N     how many times faster than life batches move (default 60; 0: not at all)
  --batches N   this many generated batches besides the examples (default 0)
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      speed: { type: 'string', default: '60' },
      batches: { type: 'string', default: '0' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const now = Date.now();
  const simulator = await startSimulator({
    keys: [key],
    port: readNumber('port', values.port),
    speed: readNumber('speed', values.speed),
    batches: [...demoBatches(now), ...manyBatches(readNumber('batches', values.batches), now - 60 * 24 * 3_600_000)],
    control: true,
  });
  console.log(`API     ${simulator.url}
Files   ${simulator.filesUrl}
Key     ${key}

curl -H 'x-api-key: ${key}' ${simulator.url}/v2/batch
curl -d '{"effect":{"kind":"status","status":500},"path":"/v2/batch"}' ${simulator.url}/_simulator/faults
curl -X DELETE ${simulator.url}/_simulator/faults
curl -d '{"id":"batch_new","status":"PENDING","total":20}' ${simulator.url}/_simulator/batches
curl ${simulator.url}/_simulator/requests

Stop with Ctrl+C.`);
  process.once('SIGINT', () => void simulator.stop());
  process.once('SIGTERM', () => void simulator.stop());
}

function readNumber(name: string, value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0) {
    throw new Error(`--${name} takes a number that is not negative`);
  }
  return number;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
