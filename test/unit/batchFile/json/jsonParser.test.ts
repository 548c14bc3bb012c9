import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { countKeys, type JsonNode, readJson, stringAt } from '../../../../src/core/batchFile/json/jsonParser';
import { itAlways } from '../../support/properties';

/** What a node stands for, put together from its places alone. */
function valueOf(text: string, node: JsonNode): unknown {
  if (node.kind === 'object') {
    // Not an assignment, since "__proto__" is a name like any other.
    return Object.fromEntries(node.properties.map(({ key, value }) => [stringAt(text, key), valueOf(text, value)]));
  }
  return node.kind === 'array'
    ? node.items.map((item) => valueOf(text, item))
    : JSON.parse(text.slice(node.start, node.end));
}

const keysOf = (node: JsonNode): number =>
  node.properties.reduce((sum, { value }) => sum + 1 + keysOf(value), 0) +
  node.items.reduce((sum, item) => sum + keysOf(item), 0);

const texts = fc
  .tuple(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'))
  .map(([value, space]) => ` ${JSON.stringify(value, undefined, space)}\n`);

describe('The places in a JSON text', () => {
  itAlways('are those of everything that JSON.parse reads', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const read = readJson(text);
        assert.ok('root' in read);
        assert.deepEqual(valueOf(text, read.root), JSON.parse(text));
        assert.equal(text.slice(read.root.start, read.root.end), text.trim());
      }),
    );
  });

  itAlways('have as many keys as are counted without them', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const read = readJson(text);
        assert.ok('root' in read);
        assert.equal(countKeys(text), keysOf(read.root));
      }),
    );
  });

  it('include names that come twice and names with escapes', () => {
    const read = readJson('{"a":1, "\\u0061" : "x\\\\\\":" ,"b":":"}');
    assert.ok('root' in read);
    assert.deepEqual(
      read.root.properties.map(({ name }) => name),
      ['a', 'a', 'b'],
    );
    assert.equal(countKeys('{"a":1, "\\u0061" : "x\\\\\\":" ,"b":":"}'), 3);
  });

  it('are found in long texts', () => {
    const long = JSON.stringify({ a: 'x'.repeat(900_000), b: '1'.repeat(10) });
    assert.ok('root' in readJson(long));
    assert.ok('stop' in readJson(long.slice(0, -3)));
    assert.ok('stop' in readJson(`[${'1'.repeat(900_000)}x]`));
  });
});
