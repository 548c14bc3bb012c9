import { defaultLimits, Http, type HttpLimits } from '../../../src/core/api/http/http';
import { redactingLog } from '../../../src/core/common/log';
import { Redactor } from '../../../src/core/common/redact';
import { FakeClock } from './fakeClock';
import { RecordingLog } from './recordingLog';
import { ScriptedFetch, type Step } from './scriptedFetch';

/** The HTTP layer with a scripted `fetch`, a fake clock, and a log without the key. */
export function scriptedHttp(key: string, steps: Step[], limits: HttpLimits = defaultLimits) {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const redactor = new Redactor();
  redactor.register(key);
  const { redact } = redactor;
  const script = new ScriptedFetch(...steps);
  const http = new Http(
    { fetch: script.fetch, clock, random: () => 0.5, log: redactingLog(log, redact), redact },
    limits,
  );
  return { clock, log, script, http };
}
