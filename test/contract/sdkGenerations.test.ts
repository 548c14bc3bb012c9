import assert from 'node:assert/strict';
import { Sync, SyncError } from '@sync.so/sdk';
import { ManualClock, ask, askJson, failureOf, noon, officialClient, once, useSimulator } from './helpers';

const request: Sync.CreateGenerationDto = {
  model: 'lipsync-2',
  input: [
    { type: 'video', url: 'https://media.example.test/a.mp4' },
    { type: 'audio', url: 'https://media.example.test/a.wav' },
  ],
  options: { sync_mode: 'loop' },
};

describe('official client: generations', () => {
  const clock = new ManualClock();
  const simulator = useSimulator(() => {
    clock.time = noon;
    return { now: clock.now, speed: 1 };
  });
  const client = () => officialClient(simulator());

  it('creates a generation and follows it to its end', async () => {
    const created = await client().generations.create(request);
    assert.deepEqual(
      { ...created, id: '' },
      { ...request, id: '', createdAt: '2026-03-10T12:00:00Z', status: 'PENDING' },
    );
    clock.time += 30_000;
    assert.equal((await client().generations.get(created.id)).status, 'PROCESSING');
    clock.time += 30_000;
    const ended = await client().generations.get(created.id);
    assert.equal(ended.status, 'COMPLETED');
    assert.ok(ended.outputUrl?.startsWith(`${simulator().filesUrl}/media/`));
    assert.ok(Number(ended.outputDuration) > 0);
  });

  it('creates a generation from files', async () => {
    const created = await client().generations.createWithFiles(new Blob(['video']), new Blob(['audio']), {
      model: 'react-1',
      options: { temperature: 0.5 },
    });
    assert.deepEqual(
      created.input.map((item) => item.type),
      ['video', 'audio'],
    );
    assert.deepEqual(created.options, { temperature: 0.5 });
  });

  it('lists by status and by id in the format that the client sends', async () => {
    const first = await client().generations.create(request);
    clock.time += 60_000;
    const second = await client().generations.create(request);
    const ids = async (filter?: Sync.ListGenerationsRequest) =>
      (await client().generations.list(filter)).map((generation) => generation.id).sort();
    assert.deepEqual(await ids(), [first.id, second.id].sort());
    assert.deepEqual(await ids({ status: ['COMPLETED', 'FAILED'] }), [first.id]);
    assert.deepEqual(await ids({ ids: [second.id, 'unknown'] }), [second.id]);
    assert.equal(simulator().requests.at(-1)?.query['ids'], JSON.stringify([second.id, 'unknown']));
  });

  it('lists with commas, and page by page with the newest first', async () => {
    const created: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      created.push((await client().generations.create(request)).id);
      clock.time += 1000;
    }
    const ids = async (query: string) =>
      ((await askJson(simulator(), `/v2/generations${query}`)) as { id: string }[]).map((generation) => generation.id);
    assert.equal((await ids('?status=PENDING,PROCESSING')).length, 5);
    const [first, second] = created;
    assert.deepEqual((await ids(`?ids=${first ?? ''},${second ?? ''}`)).sort(), [first, second].sort());
    const pageOne = await ids('?limit=3');
    assert.deepEqual(pageOne, created.slice(2).reverse());
    assert.deepEqual(await ids(`?limit=3&cursor=${pageOne.at(-1) ?? ''}`), created.slice(0, 2).reverse());
    for (const query of ['?limit=0', '?limit=101', '?limit=x', '?cursor=x', '?limit=2&cursor=x']) {
      await askJson(simulator(), `/v2/generations${query}`, 400);
    }
  });

  it('estimates costs in US dollars', async () => {
    const estimate = async (payload: Sync.CreateGenerationDto) => {
      const [part, ...others] = await client().generations.estimateCost(payload);
      assert.ok(part);
      assert.deepEqual(others, []);
      return { frames: part.estimatedFrameCount, usd: part.estimatedGenerationCost };
    };
    const first = await estimate(request);
    // 5 to 30 seconds of 25 frames, at the documented price for a frame.
    assert.ok(first.frames >= 125 && first.frames <= 750, String(first.frames));
    assert.equal(first.usd, Math.round(first.frames * 0.002 * 10_000) / 10_000);
    assert.deepEqual(await estimate(request), first);
    assert.deepEqual(await estimate({ ...request, options: { sync_mode: 'bounce' } }), first);
    const pro = await estimate({ ...request, model: 'lipsync-2-pro' });
    assert.equal(pro.frames, first.frames);
    assert.ok(pro.usd > first.usd);
    const others = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        estimate({ ...request, input: [{ type: 'video', url: `https://media.example.test/${index}.mp4` }] }),
      ),
    );
    assert.ok(new Set(others.map(({ frames }) => frames)).size > 1);
  });

  it('refuses to estimate an unknown model, with the documented code', async () => {
    const error = await failureOf(client().generations.estimateCost({ ...request, model: 'lipsync-9' as never }, once));
    assert.ok(error instanceof SyncError);
    assert.equal(error.statusCode, 400);
    assert.equal((error.body as { errorCode?: string }).errorCode, 'generation_unsupported_model');
  });

  it('throws the declared error classes', async () => {
    const { generations } = client();
    assert.ok((await failureOf(generations.get('none', once))) instanceof Sync.NotFoundError);
    assert.ok((await failureOf(generations.create({ ...request, input: [] }, once))) instanceof Sync.BadRequestError);
    const stranger = officialClient(simulator(), 'wrong-key').generations;
    assert.ok((await failureOf(stranger.list({}, once))) instanceof Sync.UnauthorizedError);
    simulator().faults.add({ effect: { kind: 'status', status: 500 } });
    assert.ok((await failureOf(generations.list({}, once))) instanceof Sync.InternalServerError);
  });

  it('creates two generations when an accepted request is repeated', async function () {
    // The client waits about a second before it tries again, and takes POST for as repeatable as GET.
    this.timeout(10_000);
    simulator().faults.add({ method: 'POST', times: 1, effect: { kind: 'acceptThenFail', status: 500 } });
    await client().generations.create(request);
    assert.equal((await client().generations.list()).length, 2);
  });

  it('returns a bare download URL, and deletes only finished ones', async () => {
    const { id } = await client().generations.create(request);
    const refused = await ask(simulator(), `/v2/generations/${id}`, { method: 'DELETE' });
    assert.equal(refused.status, 409);
    assert.match(await refused.text(), /generation_not_deletable_while_processing/);
    await askJson(simulator(), `/v2/generations/${id}/download`, 404);
    clock.time += 60_000;
    const download = await ask(simulator(), `/v2/generations/${id}/download`);
    assert.equal(download.headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.equal(await download.text(), (await client().generations.get(id)).outputUrl);
    await askJson(simulator(), `/v2/generations/${id}`, 200, { method: 'DELETE' });
    await askJson(simulator(), `/v2/generations/${id}`, 404);
  });

  it("finds the generations of a batch's results by id, and lists them by id only", async () => {
    simulator().addBatch({ id: 'batch_done', createdAt: noon, status: 'COMPLETED', total: 20, failed: 3 });
    const response = await ask(simulator(), '/v2/batches/batch_done/result');
    const lines = (await response.text()).trimEnd().split('\n');
    const generations = lines.map((line) => (JSON.parse(line) as { response: Sync.Generation }).response);
    assert.equal(generations.filter((generation) => generation.status === 'FAILED').length, 3);
    for (const generation of generations) {
      assert.deepEqual(await client().generations.get(generation.id), generation);
    }
    const ids = generations.map((generation) => generation.id);
    assert.equal((await client().generations.list({ ids })).length, 20);
    assert.deepEqual(await client().generations.list(), []);
  });
});
