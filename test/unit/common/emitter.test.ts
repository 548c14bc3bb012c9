import * as assert from 'node:assert/strict';
import { Emitter } from '../../../src/core/common/emitter';

describe('An event', () => {
  it('reaches every listener until that one is disposed', () => {
    const emitter = new Emitter<number>();
    const first: number[] = [];
    const second: number[] = [];
    const subscription = emitter.event((value) => first.push(value));
    emitter.event((value) => second.push(value));
    emitter.fire(1);
    subscription.dispose();
    subscription.dispose();
    emitter.fire(2);
    assert.deepEqual([first, second], [[1], [1, 2]]);
  });

  it('calls the same function once for each time it was added', () => {
    const emitter = new Emitter<number>();
    const got: number[] = [];
    const listener = (value: number): void => void got.push(value);
    const subscription = emitter.event(listener);
    emitter.event(listener);
    emitter.fire(1);
    subscription.dispose();
    emitter.fire(2);
    assert.deepEqual(got, [1, 1, 2]);
  });

  it('allows listeners to add and remove listeners during the event', () => {
    const emitter = new Emitter<number>();
    const got: string[] = [];
    const subscription = emitter.event(() => {
      subscription.dispose();
      emitter.event((value) => got.push(`new ${value}`));
      got.push('old');
    });
    emitter.fire(1);
    emitter.fire(2);
    assert.deepEqual(got, ['old', 'new 2']);
  });

  it('reaches nobody after disposal', () => {
    const emitter = new Emitter<number>();
    emitter.event(() => assert.fail('was told'));
    emitter.dispose();
    emitter.fire(1);
  });
});
