import assert from 'node:assert/strict';
import { Sync } from '@sync.so/sdk';
import { startSimulator } from '../simulator/simulator';
import { failureOf, officialClient, once, useSimulator } from './helpers';

describe('official client: models and assets', () => {
  const simulator = useSimulator();
  const client = () => officialClient(simulator());

  it('lists the models that it declares', async () => {
    const names = (await client().models.list()).map((model) => model.name);
    assert.deepEqual(names.sort(), Object.values(Sync.Model).sort());
  });

  it('lists the models that the account may use, and refuses others', async () => {
    const own = await startSimulator({ models: ['lipsync-2', 'lipsync-9'] });
    const { models, generations } = officialClient(own);
    assert.deepEqual(
      (await models.list()).map(({ id, name }) => [id, name]),
      [
        ['lipsync-2', 'lipsync-2'],
        ['lipsync-9', 'lipsync-9'],
      ],
    );
    const request: Sync.CreateGenerationDto = {
      model: 'sync-3',
      input: [{ type: 'video', url: 'https://media.example.test/a.mp4' }],
    };
    const error = await failureOf(generations.create(request, once));
    assert.ok(error instanceof Sync.BadRequestError);
    await own.stop();
  });

  it('pages through all assets', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page: Sync.PaginatedAssetsResponse = await client().assets.list({
        limit: 5,
        ...(cursor === undefined ? {} : { cursor }),
      });
      assert.equal(page.totalCount, 12);
      seen.push(...page.items.map((asset) => asset.id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    assert.equal(new Set(seen).size, 12);
    assert.equal(simulator().requests.length, 3);
  });

  it('filters and sorts assets', async () => {
    const list = async (request: Sync.ListAssetsRequest) => (await client().assets.list(request)).items;
    assert.deepEqual((await list({ types: ['AUDIO', 'IMAGE'] })).map((asset) => asset.type).sort(), [
      'AUDIO',
      'AUDIO',
      'IMAGE',
    ]);
    const names = (await list({ searchQuery: 'EPISODE', sortBy: 'nameAsc' })).map((asset) => asset.name);
    assert.equal(names.length, 9);
    assert.deepEqual(names, [...names].sort());
    const sizes = (await list({ sortBy: 'sizeDesc' })).map((asset) => asset.size ?? 0);
    assert.deepEqual(
      sizes,
      [...sizes].sort((a, b) => b - a),
    );
  });

  it('gets one asset', async () => {
    const [asset] = (await client().assets.list({ limit: 1 })).items;
    assert.ok(asset);
    assert.deepEqual(await client().assets.get(asset.id), asset);
    assert.ok((await failureOf(client().assets.get('none', once))) instanceof Sync.NotFoundError);
  });

  it('refuses a wrong key', async () => {
    const stranger = officialClient(simulator(), 'wrong-key');
    assert.ok((await failureOf(stranger.models.list(once))) instanceof Sync.UnauthorizedError);
    assert.ok((await failureOf(stranger.assets.list({}, once))) instanceof Sync.UnauthorizedError);
  });

  it('serves the catalogue of error codes without a key', async () => {
    const response = await fetch(`${simulator().url}/v2/errors`);
    const codes = ((await response.json()) as { code: string }[]).map((entry) => entry.code);
    assert.ok(codes.includes('rate_limit_exceeded'));
  });
});
