import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeCostEstimate } from '../../../../src/core/api/resources/cost';
import { apiErrorThrownBy } from '../../support/outcomes';
import { itAlways } from '../../support/properties';

function part(estimatedGenerationCost: unknown, estimatedFrameCount: unknown = 100): Record<string, unknown> {
  return { estimatedFrameCount, estimatedGenerationCost };
}

describe('The cost estimate', () => {
  it('is the sum of its parts, in US dollars', () => {
    assert.deepEqual(decodeCostEstimate([part(0.5, 250)]), { frames: 250, usd: 0.5 });
    assert.deepEqual(decodeCostEstimate([part(0.5, 250), part(0.25, 50), { ...part(0, 0), more: 1 }]), {
      frames: 300,
      usd: 0.75,
    });
  });

  it('omits the number of frames if it is not valid', () => {
    for (const frames of [null, '250', -1, NaN, Infinity, 1e300]) {
      assert.deepEqual(decodeCostEstimate([part(0.5, frames), part(0.5)]), { frames: undefined, usd: 1 });
    }
    assert.deepEqual(decodeCostEstimate([part(1, Number.MAX_SAFE_INTEGER), part(1, 1)]), { frames: undefined, usd: 2 });
  });

  it('is refused if any part has no valid cost', () => {
    for (const value of [
      ...[undefined, null, '0.5', -0.01, NaN, Infinity, 1e300, {}, []].map((cost) => [part(0.5), part(cost)]),
      [part(Number.MAX_SAFE_INTEGER), part(Number.MAX_SAFE_INTEGER)],
      [],
      [null],
      part(0.5),
      null,
      'free',
      0,
    ]) {
      assert.equal(apiErrorThrownBy(() => decodeCostEstimate(value))?.reason, 'wrongShape', JSON.stringify(value));
    }
  });

  itAlways('is never an invalid number, whatever the answer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(fc.tuple(fc.double(), fc.double()))), (value) => {
        const parts = Array.isArray(value)
          ? value.map((item: unknown) => (Array.isArray(item) ? part(item[0], item[1]) : item))
          : value;
        const error = apiErrorThrownBy(() => {
          const { usd, frames = 0 } = decodeCostEstimate(parts);
          assert.ok(Number.isFinite(usd) && usd >= 0 && Number.isFinite(frames) && frames >= 0);
        });
        assert.ok(error === undefined || error.reason === 'wrongShape');
      }),
    );
  });
});
