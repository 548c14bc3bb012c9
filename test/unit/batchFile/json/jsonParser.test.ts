import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { type JsonNode, parseJsonTree } from '../../../../src/core/batchFile/json/jsonParser';
import { itAlways } from '../../support/properties';

/** Rebuilds a value from the positions alone. */
function valueOf(text: string, node: JsonNode): unknown {
  if (node.kind === 'object') {
    // Not an assignment, because "__proto__" is a valid name.
    return Object.fromEntries(
      node.properties.map(({ name, key, value }) => {
        assert.equal(name, JSON.parse(text.slice(key.start, key.end)));
        return [name, valueOf(text, value)];
      }),
    );
  }
  return node.kind === 'array'
    ? node.items.map((item) => valueOf(text, item))
    : JSON.parse(text.slice(node.start, node.end));
}

const texts = fc
  .tuple(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'))
  .map(([value, space]) => ` ${JSON.stringify(value, undefined, space)}\n`);

describe('The JSON parser', () => {
  itAlways('knows the position of each value that JSON.parse reads', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const result = parseJsonTree(text);
        assert.ok('root' in result);
        assert.deepEqual(valueOf(text, result.root), JSON.parse(text));
        assert.equal(text.slice(result.root.start, result.root.end), text.trim());
      }),
    );
  });

  it('keeps repeated names and names with escapes', () => {
    const result = parseJsonTree('{"a":1, "\\u0061" : "x\\\\\\":" ,"b":":"}');
    assert.ok('root' in result);
    assert.deepEqual(
      result.root.properties.map(({ name }) => name),
      ['a', 'a', 'b'],
    );
  });

  it('parses long texts', () => {
    const long = JSON.stringify({ a: 'x'.repeat(900_000), b: '1'.repeat(10) });
    assert.ok('root' in parseJsonTree(long));
    assert.ok('error' in parseJsonTree(long.slice(0, -3)));
    assert.ok('error' in parseJsonTree(`[${'1'.repeat(900_000)}x]`));
  });
});
