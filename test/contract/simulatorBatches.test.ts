import assert from 'node:assert/strict';
import { demoBatches, manyBatches } from '../simulator/demoData';
import { startSimulator } from '../simulator/simulator';
import { ManualClock, askJson, ask, batchRows, jsonLines, listBatches, noon, useSimulator } from './helpers';
import type { ListedBatch } from './helpers';

describe('simulator: batches', () => {
  const clock = new ManualClock();
  const simulator = useSimulator(() => {
    clock.time = noon;
    return { now: clock.now };
  });
  const ids = async (query = '') => (await listBatches(simulator(), query)).map((batch) => batch.id);
  const get = async (id: string) => (await askJson(simulator(), `/v2/batch/${id}`)) as ListedBatch;

  function upload(file: string | Blob, fields: Record<string, string> = {}): Promise<Response> {
    const form = new FormData();
    form.append('input', typeof file === 'string' ? new Blob([file]) : file, 'batch.jsonl');
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    return ask(simulator(), '/v2/batch', { method: 'POST', body: form });
  }

  async function refusal(file: string, fields: Record<string, string> = {}): Promise<string[]> {
    const response = await upload(file, fields);
    assert.equal(response.status, 400);
    const { message } = (await response.json()) as { message: string | string[] };
    return [message].flat();
  }

  describe('the list', () => {
    it('returns the newest first, in whatever order they were created', async () => {
      simulator().addBatch({ id: 'middle', createdAt: noon - 2000 });
      simulator().addBatch({ id: 'newest', createdAt: '2026-03-10T13:00:00+01:00' });
      simulator().addBatch({ id: 'oldest', createdAt: noon - 3000 });
      assert.deepEqual(await ids(), ['newest', 'middle', 'oldest']);
    });

    it('includes both bounds of a window', async () => {
      for (let second = 0; second < 5; second += 1)
        simulator().addBatch({ id: `s${second}`, createdAt: noon + second * 1000 });
      const query = '?created_after=2026-03-10T12:00:01Z&created_before=2026-03-10T12:00:03Z';
      assert.deepEqual(await ids(query), ['s3', 's2', 's1']);
    });

    it('reads dates as UTC and refuses other texts', async () => {
      simulator().addBatch({ id: 'one', createdAt: Date.UTC(2026, 2, 10, 0, 0, 0) });
      assert.deepEqual(await ids('?created_after=2026-03-10'), ['one']);
      assert.deepEqual(await ids('?created_before=2026-03-10T00:00:00'), ['one']);
      for (const wrong of ['yesterday', '10/03/2026', '2026-13-01T00:00:00Z', '', '1773100800000']) {
        await askJson(simulator(), `/v2/batch?created_after=${encodeURIComponent(wrong)}`, 400);
      }
    });

    it('accepts one known status and nothing else', async () => {
      simulator().addBatch({ id: 'done', createdAt: noon, status: 'COMPLETED' });
      simulator().addBatch({ id: 'new', createdAt: noon, status: 'FROZEN' });
      assert.deepEqual(await ids('?status=COMPLETED'), ['done']);
      for (const wrong of ['FROZEN', 'completed', '', 'PENDING,FAILED', 'PENDING&status=FAILED']) {
        await askJson(simulator(), `/v2/batch?status=${wrong}`, 400);
      }
      assert.equal((await get('new')).status, 'FROZEN');
    });

    it('can be truncated', async () => {
      const capped = await startSimulator({ listLimit: 3, batches: manyBatches(10, noon) });
      const all = manyBatches(10, noon).map((batch) => batch.id);
      assert.deepEqual(
        (await listBatches(capped)).map((batch) => batch.id),
        all.slice(0, 3),
      );
      await capped.stop();
    });

    it('can contain ten thousand', async () => {
      for (const batch of manyBatches(10_000, noon)) simulator().addBatch(batch);
      assert.equal((await listBatches(simulator())).length, 10_000);
    });
  });

  describe('changes from outside', () => {
    it('are visible immediately', async () => {
      simulator().addBatch({ id: 'a', createdAt: noon, total: 40 });
      assert.deepEqual((await get('a')).metrics, {
        total_generations: 40,
        success_count: 0,
        failed_count: 0,
        pending_count: 0,
      });
      simulator().updateBatch('a', { status: 'PROCESSING', succeeded: 3, failed: 1 });
      assert.equal((await get('a')).metrics.pending_count, 36);
      simulator().updateBatch('a', { status: 'COMPLETED' });
      assert.deepEqual((await get('a')).metrics, {
        total_generations: 40,
        success_count: 39,
        failed_count: 1,
        pending_count: 0,
      });
      simulator().updateBatch('a', { outputUrl: 'javascript:alert(1)', webhookUrl: 'https://hooks.example.test' });
      const changed = await get('a');
      assert.equal(changed.outputUrl, 'javascript:alert(1)');
      assert.equal(changed.webhookUrl, 'https://hooks.example.test');
      simulator().removeBatch('a');
      await askJson(simulator(), '/v2/batch/a', 404);
    });

    it('to missing batches are errors', () => {
      simulator().addBatch({ id: 'a', createdAt: noon });
      assert.throws(() => simulator().addBatch({ id: 'a', createdAt: noon }), /already/);
      simulator().clearBatches();
      assert.throws(() => simulator().updateBatch('a', {}), /no batch/);
      assert.throws(() => simulator().removeBatch('a'), /no batch/);
    });
  });

  describe('the life of a batch', () => {
    it('passes the documented statuses, and its counts only grow', async () => {
      simulator().addBatch({ id: 'a', createdAt: noon, total: 100, failed: 10, lifetimeMs: 1000 });
      const statuses: string[] = [];
      let before = 0;
      for (let time = 0; time <= 1000; time += 20) {
        clock.time = noon + time;
        const { status, metrics, outputUrl } = await get('a');
        if (statuses.at(-1) !== status) statuses.push(status);
        const done = metrics.success_count + metrics.failed_count;
        assert.ok(done >= before);
        before = done;
        assert.equal(metrics.total_generations, 100);
        if (status !== 'PENDING') assert.equal(done + metrics.pending_count, 100);
        assert.equal(outputUrl === '', status !== 'COMPLETED');
      }
      assert.deepEqual(statuses, ['PENDING', 'JOBS_CREATED', 'PROCESSING', 'COMPLETED']);
      assert.equal((await get('a')).metrics.failed_count, 10);
    });

    it('is a function of the clock alone', async () => {
      simulator().addBatch({ id: 'a', createdAt: noon, total: 100, lifetimeMs: 1000 });
      clock.time = noon + 500;
      const first = await get('a');
      clock.time = noon + 2000;
      assert.equal((await get('a')).status, 'COMPLETED');
      clock.time = noon + 500;
      assert.deepEqual(await get('a'), first);
    });

    it('can end in failure, and ends early if a status is set', async () => {
      simulator().addBatch({ id: 'a', createdAt: noon, lifetimeMs: 1000, status: 'FAILED' });
      simulator().addBatch({ id: 'b', createdAt: noon, lifetimeMs: 1000 });
      simulator().updateBatch('b', { status: 'PROCESSING' });
      clock.time = noon + 1000;
      assert.equal((await get('a')).status, 'FAILED');
      assert.equal((await get('b')).status, 'PROCESSING');
    });

    it('continues from the state of a batch, at the speed of the simulator', async () => {
      const seeds = demoBatches(noon);
      const fast = await startSimulator({ now: clock.now, speed: 60, batches: seeds });
      const at = async (time: number) => {
        clock.time = time;
        return listBatches(fast);
      };
      const first = await at(noon);
      assert.equal(first.find((batch) => batch.id === 'batch_def456')?.metrics.success_count, 3);
      assert.equal(first.find((batch) => batch.id === 'batch_c6380f')?.metrics.failed_count, 6);
      assert.ok((await at(noon + 60_000)).some((batch) => batch.status === 'PROCESSING'));
      const last = await at(noon + 24 * 3_600_000);
      assert.deepEqual(new Set(last.map((batch) => batch.status)), new Set(['COMPLETED', 'FAILED']));
      await fast.stop();
    });

    it('ends with the requested failures for a submitted batch', async () => {
      const fast = await startSimulator({ now: clock.now, speed: 1 });
      const rows = batchRows(20);
      rows[0] = { ...rows[0], request_id: 'please-fail' };
      rows[1] = { ...rows[1], request_id: 'please-reject' };
      const form = new FormData();
      form.append('input', new Blob([jsonLines(rows)]), 'batch.jsonl');
      const created = (await askJson(fast, '/v2/batch', 201, { method: 'POST', body: form })) as ListedBatch;
      clock.time += 24 * 3_600_000;
      const [ended] = await listBatches(fast);
      assert.equal(ended?.status, 'COMPLETED');
      assert.deepEqual(ended.metrics, { total_generations: 20, success_count: 16, failed_count: 4, pending_count: 0 });
      const results = await (await ask(fast, `/v2/batches/${created.id}/result`)).text();
      const endOf = new Map(
        results
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as { request_id: string; response: { status: string } })
          .map((line) => [line.request_id, line.response.status]),
      );
      assert.equal(endOf.size, 20);
      assert.equal(endOf.get('please-fail'), 'FAILED');
      assert.equal(endOf.get('please-reject'), 'REJECTED');
      assert.equal(endOf.get('row-3'), 'COMPLETED');
      assert.equal(endOf.get('row-8'), 'FAILED');
      await fast.stop();
    });
  });

  describe('an input file', () => {
    it('may end with or without a line feed, and have Windows line endings', async () => {
      const file = jsonLines(batchRows(20));
      for (const variant of [file, file.trimEnd(), file.replaceAll('\n', '\r\n')]) {
        assert.equal((await upload(variant)).status, 201);
      }
    });

    it('has 20 to 500 lines and at most 5,000,000 bytes', async () => {
      assert.deepEqual(await refusal(jsonLines(batchRows(19))), ['A batch needs at least 20 lines, got 19']);
      assert.deepEqual(await refusal(''), ['A batch needs at least 20 lines, got 0']);
      assert.deepEqual(await refusal(jsonLines(batchRows(501))), ['A batch takes at most 500 lines, got 501']);
      assert.equal((await upload(jsonLines(batchRows(500)))).status, 201);
      const file = jsonLines(batchRows(20));
      assert.equal((await upload(file.padEnd(5_000_000, ' '))).status, 201);
      assert.match((await refusal(file.padEnd(5_000_001, ' ')))[0] ?? '', /5000001 bytes/);
    });

    it('is refused as a whole, naming every bad line', async () => {
      const lines = batchRows(30).map((row) => JSON.stringify(row));
      const change = (line: number, values: Record<string, unknown>) => {
        lines[line - 1] = JSON.stringify({ ...batchRows(30)[line - 1], ...values });
      };
      lines[1] = '{"request_id":';
      lines[2] = '[]';
      lines[3] = '';
      change(5, { request_id: '' });
      change(6, { request_id: 'row-1' });
      change(7, { endpoint: '/v2/generate/' });
      change(8, { payload: 'text' });
      change(9, { payload: { input: [{}] } });
      change(10, { payload: { model: 'lipsync-2', input: [] } });
      assert.deepEqual(await refusal(lines.join('\n')), [
        'Line 2: not valid JSON',
        'Line 3: must be a JSON object',
        'Line 4: not valid JSON',
        'Line 5: request_id must be a non-empty string',
        'Line 6: request_id "row-1" is already used on line 1',
        'Line 7: endpoint must be exactly "/v2/generate"',
        'Line 8: payload must be an object',
        'Line 9: payload.model must be a non-empty string',
        'Line 10: payload.input must be a non-empty array',
      ]);
      assert.deepEqual(await listBatches(simulator()), []);
    });

    it('needs valid fields beside it', async () => {
      const file = jsonLines(batchRows(20));
      assert.deepEqual(await refusal(file, { dry_run: 'maybe' }), ['dry_run must be a boolean value']);
      assert.deepEqual(await refusal(file, { webhook_url: 'no url' }), ['webhook_url must be a URL address']);
      assert.deepEqual(await refusal('\ufeff' + file), ['Line 1: not valid JSON']);
    });

    it('is required, in a valid body', async () => {
      const post = (body: string | FormData, contentType?: string) =>
        askJson(simulator(), '/v2/batch', 400, {
          method: 'POST',
          body,
          ...(contentType === undefined ? {} : { headers: { 'content-type': contentType } }),
        });
      const textOnly = new FormData();
      textOnly.append('input', jsonLines(batchRows(20)));
      await post(textOnly);
      await post(new FormData());
      await post('not a form', 'multipart/form-data; boundary=x');
      await post('not a form', 'multipart/form-data');
      await post('{', 'application/json');
      await post('text', 'text/plain');
    });
  });

  describe('the example data', () => {
    it('contains all statuses and realistic sizes', async () => {
      for (const seed of demoBatches(noon)) simulator().addBatch(seed);
      const batches = await listBatches(simulator());
      assert.deepEqual(
        new Set(batches.map((batch) => batch.status)),
        new Set(['PENDING', 'JOBS_CREATED', 'PROCESSING', 'COMPLETED', 'FAILED']),
      );
      assert.ok(batches.every((batch) => Date.parse(batch.created_at) <= noon));
      assert.ok(batches.some((batch) => batch.webhookUrl !== null));
      assert.equal(batches.filter((batch) => batch.status === 'FAILED').length, 1);
    });

    it('can be generated in any number, always the same', () => {
      assert.deepEqual(manyBatches(200, noon), manyBatches(200, noon));
      assert.equal(new Set(manyBatches(2000, noon).map((batch) => batch.id)).size, 2000);
    });
  });
});
