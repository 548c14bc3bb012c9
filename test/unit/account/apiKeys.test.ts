import * as assert from 'node:assert/strict';
import { ApiKeys, type KeyState } from '../../../src/core/account/apiKeys';
import { FakeClock, settle } from '../support/fakeClock';
import { FakeKeyring } from '../support/fakeKeyring';
import { isPending, rejectionOf } from '../support/outcomes';
import { RecordingLog } from '../support/recordingLog';

const limitMs = 5_000;

interface Start {
  stored?: string;
  environment?: string;
  /** How often the keyring tells of each change; 0 for one that never does. */
  events?: number;
}

function setUp({ stored, environment, events = 1 }: Start = {}) {
  const keyring = new FakeKeyring(stored);
  const clock = new FakeClock();
  const log = new RecordingLog();
  const masked: string[] = [];
  const keys = new ApiKeys({
    keyring,
    environmentKey: environment,
    clock,
    log,
    onKey: (key) => masked.push(key),
  });
  const states: KeyState[] = [];
  keys.onDidChange((state) => {
    if (state.kind === 'key') {
      assert.ok(masked.includes(state.key), 'a key is masked before anybody hears of it');
    }
    assert.deepEqual(keys.state, state);
    states.push(state);
  });
  keyring.onDidChange = () => {
    for (let time = 0; time < events; time++) {
      void keys.read();
    }
  };
  return { keyring, clock, log, masked, keys, states };
}

function using(key: string, source: 'stored' | 'session' | 'environment'): KeyState {
  return { kind: 'key', key, source };
}

const none: KeyState = { kind: 'none', keyringSilent: false };
const silent: KeyState = { kind: 'none', keyringSilent: true };

describe('The API key', () => {
  describe('at the start', () => {
    it('is unknown until the keyring was read', () => {
      const { keys, states } = setUp({ stored: 'stored-1', environment: 'env-1' });
      assert.deepEqual(keys.state, { kind: 'reading' });
      assert.deepEqual(states, []);
    });

    it('is the stored one', async () => {
      const { keys, states, clock } = setUp({ stored: 'stored-1' });
      await keys.read();
      assert.deepEqual(states, [using('stored-1', 'stored')]);
      assert.equal(clock.running, 0);
    });

    it('is the stored one even if the environment has another one', async () => {
      const { keys } = setUp({ stored: 'stored-1', environment: 'env-1' });
      await keys.read();
      assert.deepEqual(keys.state, using('stored-1', 'stored'));
    });

    it('comes from the environment if none is stored, and is never written to the keyring', async () => {
      const { keys, keyring } = setUp({ environment: '  env-1\n' });
      await keys.read();
      assert.deepEqual(keys.state, using('env-1', 'environment'));
      assert.deepEqual(keyring.calls, ['get']);
    });

    it('is missing if there is none', async () => {
      for (const environment of ['', '   ']) {
        const { keys, log } = setUp({ environment });
        await keys.read();
        assert.deepEqual(keys.state, none);
        assert.deepEqual(log.lines, []);
      }
    });

    it('is missing if the environment variable is not valid, which is logged without its value', async () => {
      const { keys, log } = setUp({ environment: 'not a key' });
      await keys.read();
      assert.deepEqual(keys.state, none);
      assert.match(log.at('warn').join(), /SYNC_API_KEY/);
      assert.doesNotMatch(log.messages.join(), /not a key/);
    });

    it('is missing if the value in the keyring is not valid', async () => {
      const { keys } = setUp({ stored: 'line\nbreak' });
      await keys.read();
      assert.deepEqual(keys.state, none);
    });

    it('comes from the environment if the keyring fails, which is logged', async () => {
      const { keys, keyring, log } = setUp({ stored: 'stored-1', environment: 'env-1' });
      keyring.getting = 'refuses';
      await keys.read();
      assert.deepEqual(keys.state, using('env-1', 'environment'));
      assert.match(log.at('warn').join(), /the keyring is locked/);
    });
  });

  describe('with a keyring that does not answer', () => {
    it('is waited for until a timeout', async () => {
      const { keys, keyring, clock, log } = setUp();
      keyring.getting = 'waits';
      const reading = keys.read();
      await clock.advance(limitMs - 1);
      assert.equal(await isPending(reading), true);
      assert.deepEqual(keys.state, { kind: 'reading' });
      await clock.advance(1);
      await reading;
      assert.deepEqual(keys.state, silent);
      assert.equal(log.at('warn').length, 1);
    });

    it('comes from the environment in the meantime', async () => {
      const { keys, keyring, clock } = setUp({ environment: 'env-1' });
      keyring.getting = 'waits';
      await clock.runUntil(keys.read());
      assert.deepEqual(keys.state, using('env-1', 'environment'));
    });

    it('is the stored one as soon as the late answer arrives', async () => {
      const { keys, keyring, clock, states } = setUp({ stored: 'stored-1', environment: 'env-1' });
      keyring.getting = 'waits';
      await clock.runUntil(keys.read());
      keyring.release();
      await settle();
      assert.deepEqual(states, [using('env-1', 'environment'), using('stored-1', 'stored')]);
    });

    it('is definitely missing if the late answer says so', async () => {
      const { keys, keyring, clock, states } = setUp();
      keyring.getting = 'waits';
      await clock.runUntil(keys.read());
      keyring.release();
      await settle();
      assert.deepEqual(states, [silent, none]);
    });

    it('is not changed by a late answer if there is a newer one', async () => {
      const { keys, keyring, clock } = setUp({ stored: 'old-1' });
      keyring.getting = 'waits';
      await clock.runUntil(keys.read());
      keyring.getting = 'works';
      keyring.value = 'new-2';
      await keys.read();
      keyring.release();
      await settle();
      assert.deepEqual(keys.state, using('new-2', 'stored'));
    });
  });

  describe('when it changes elsewhere', () => {
    it('follows another window', async () => {
      const { keys, keyring, states } = setUp({ stored: 'one-1' });
      await keys.read();
      keyring.value = 'two-2';
      await keys.read();
      keyring.value = undefined;
      await keys.read();
      assert.deepEqual(states, [using('one-1', 'stored'), using('two-2', 'stored'), none]);
    });

    it('falls back to the environment if another window removes it', async () => {
      const { keys, keyring } = setUp({ stored: 'one-1', environment: 'env-1' });
      await keys.read();
      keyring.value = undefined;
      await keys.read();
      assert.deepEqual(keys.state, using('env-1', 'environment'));
    });

    it('fires one event for each change, however often the keyring does', async () => {
      const { keys, keyring, states } = setUp({ stored: 'one-1' });
      await Promise.all([keys.read(), keys.read()]);
      await keys.read();
      keyring.value = 'two-2';
      await Promise.all([keys.read(), keys.read(), keys.read()]);
      assert.deepEqual(states, [using('one-1', 'stored'), using('two-2', 'stored')]);
    });

    it('fires no event if there is still no key', async () => {
      const { keys, states } = setUp();
      await keys.read();
      await keys.read();
      assert.deepEqual(states, [none]);
    });

    it('is that of the latest read, in whatever order the answers arrive', async () => {
      const { keys, keyring } = setUp({ stored: 'one-1' });
      keyring.getting = 'waits';
      const first = keys.read();
      keyring.getting = 'works';
      keyring.value = 'two-2';
      await keys.read();
      keyring.release();
      await first;
      assert.deepEqual(keys.state, using('two-2', 'stored'));
    });
  });

  describe('that is set', () => {
    for (const events of [0, 1, 2]) {
      describe(`with a keyring that fires ${events} change events`, () => {
        it('is stored and read back, with one event', async () => {
          const { keys, keyring, states } = setUp({ events });
          await keys.read();
          assert.equal(await keys.set('new-2'), 'stored');
          await settle();
          assert.equal(keyring.value, 'new-2');
          assert.deepEqual(states, [none, using('new-2', 'stored')]);
        });

        it('replaces the old one', async () => {
          const { keys, states } = setUp({ stored: 'old-1', events });
          await keys.read();
          assert.equal(await keys.set('new-2'), 'stored');
          await settle();
          assert.deepEqual(states, [using('old-1', 'stored'), using('new-2', 'stored')]);
        });

        it('lasts for the session if the keyring refuses it', async () => {
          const { keys, keyring, log } = setUp({ events });
          await keys.read();
          keyring.storing = 'refuses';
          assert.equal(await keys.set('new-2'), 'session');
          await settle();
          assert.deepEqual(keys.state, using('new-2', 'session'));
          assert.match(log.at('warn').join(), /the keyring is locked/);
        });

        it('lasts for the session if the keyring forgets it', async () => {
          const { keys, keyring } = setUp({ events });
          await keys.read();
          keyring.storing = 'forgets';
          assert.equal(await keys.set('new-2'), 'session');
          await settle();
          assert.deepEqual(keys.state, using('new-2', 'session'));
        });

        it('lasts for the session if the keyring still contains the old one', async () => {
          for (const storing of ['refuses', 'forgets'] as const) {
            const { keys, keyring } = setUp({ stored: 'old-1', events });
            await keys.read();
            keyring.storing = storing;
            assert.equal(await keys.set('new-2'), 'session', storing);
            await settle();
            assert.deepEqual(keys.state, using('new-2', 'session'), storing);
            await keys.read();
            assert.deepEqual(keys.state, using('new-2', 'session'), storing);
          }
        });
      });
    }

    it('is masked before anything else', async () => {
      const { keys, masked, keyring } = setUp();
      keyring.storing = 'waits';
      void keys.set('new-2');
      assert.deepEqual(masked, ['new-2']);
      await settle();
    });

    it('can be masked without being used, for a check', () => {
      const { keys, masked } = setUp();
      keys.mask('new-2');
      assert.deepEqual(masked, ['new-2']);
      assert.deepEqual(keys.state, { kind: 'reading' });
    });

    it('lasts for the session, after a timeout, if the keyring does not answer', async () => {
      const { keys, keyring, clock } = setUp();
      await keys.read();
      keyring.storing = 'waits';
      const setting = keys.set('new-2');
      await clock.advance(limitMs - 1);
      assert.equal(await isPending(setting), true);
      await clock.advance(1);
      assert.equal(await setting, 'session');
      assert.deepEqual(keys.state, using('new-2', 'session'));
    });

    it('becomes a stored one when the keyring answers late', async () => {
      const { keys, keyring, clock } = setUp();
      await keys.read();
      keyring.storing = 'waits';
      await clock.runUntil(keys.set('new-2'));
      keyring.release();
      await settle();
      assert.deepEqual(keys.state, using('new-2', 'stored'));
    });

    it('stays in use if a keyring with an old key does not answer and then fires an event without a change', async () => {
      const { keys, keyring, clock } = setUp({ stored: 'old-1' });
      await keys.read();
      keyring.storing = 'waits';
      assert.equal(await clock.runUntil(keys.set('new-2')), 'session');
      await keys.read();
      assert.deepEqual(keys.state, using('new-2', 'session'));
    });

    it('stays in use if a keyring with an old key refuses to store it and can not be read for a while', async () => {
      const { keys, keyring } = setUp({ stored: 'old-1' });
      await keys.read();
      keyring.storing = 'refuses';
      keyring.getting = 'refuses';
      assert.equal(await keys.set('new-2'), 'session');
      keyring.getting = 'works';
      await keys.read();
      assert.deepEqual(keys.state, using('new-2', 'session'));
    });

    it('stays in use if the keyring stops answering', async () => {
      const { keys, keyring, clock } = setUp();
      await keys.read();
      keyring.storing = 'refuses';
      await keys.set('new-2');
      keyring.getting = 'waits';
      await clock.runUntil(keys.read());
      assert.deepEqual(keys.state, using('new-2', 'session'));
    });

    it('is replaced by one that another window stores later', async () => {
      const { keys, keyring } = setUp({ stored: 'old-1' });
      await keys.read();
      keyring.storing = 'refuses';
      await keys.set('new-2');
      keyring.value = 'third-3';
      await keys.read();
      assert.deepEqual(keys.state, using('third-3', 'stored'));
      keyring.value = undefined;
      await keys.read();
      assert.deepEqual(keys.state, none);
    });

    it('takes precedence over a running read', async () => {
      const { keys, keyring } = setUp({ stored: 'old-1', events: 0 });
      keyring.getting = 'waits';
      const reading = keys.read();
      keyring.getting = 'works';
      assert.equal(await keys.set('new-2'), 'stored');
      keyring.release();
      await reading;
      await settle();
      assert.deepEqual(keys.state, using('new-2', 'stored'));
    });

    it('is the last one of two that are set at once', async () => {
      const { keys } = setUp();
      await keys.read();
      const [, last] = await Promise.all([keys.set('one-1'), keys.set('two-2')]);
      await settle();
      assert.equal(last, 'stored');
      assert.deepEqual(keys.state, using('two-2', 'stored'));
    });

    it('fires an event when the same key moves from the environment to the keyring', async () => {
      const { keys, states } = setUp({ environment: 'same-1' });
      await keys.read();
      await keys.set('same-1');
      await settle();
      assert.deepEqual(states, [using('same-1', 'environment'), using('same-1', 'stored')]);
    });
  });

  describe('that is removed', () => {
    it('is not in use and not in the keyring', async () => {
      const { keys, keyring, states } = setUp({ stored: 'one-1' });
      await keys.read();
      await keys.remove();
      await settle();
      assert.equal(keyring.value, undefined);
      assert.deepEqual(states, [using('one-1', 'stored'), none]);
    });

    it('falls back to the environment', async () => {
      const { keys } = setUp({ stored: 'one-1', environment: 'env-1' });
      await keys.read();
      await keys.remove();
      assert.deepEqual(keys.state, using('env-1', 'environment'));
    });

    it('is gone if it was a session key', async () => {
      const { keys, keyring } = setUp();
      await keys.read();
      keyring.storing = 'refuses';
      await keys.set('new-2');
      await keys.remove();
      await settle();
      assert.deepEqual(keys.state, none);
    });

    it('is not in use even if the keyring fails, which is reported', async () => {
      const { keys, keyring } = setUp({ stored: 'one-1' });
      await keys.read();
      keyring.deleting = 'refuses';
      const thrown = await rejectionOf(keys.remove());
      assert.match(String(thrown), /the keyring is locked/);
      assert.deepEqual(keys.state, none);
    });

    it('is not in use even if the keyring does not answer, which is reported after a timeout', async () => {
      const { keys, keyring, clock } = setUp({ stored: 'one-1' });
      await keys.read();
      keyring.deleting = 'waits';
      const removing = keys.remove();
      assert.deepEqual(keys.state, none);
      assert.match(String(await rejectionOf(clock.runUntil(removing))), /did not answer/);
      assert.equal(clock.running, 0);
    });

    it('stays out of use in this window if the keyring kept it and then fires an event without a change', async () => {
      for (const deleting of ['refuses', 'waits'] as const) {
        const { keys, keyring, clock } = setUp({ stored: 'one-1' });
        await keys.read();
        keyring.deleting = deleting;
        await rejectionOf(clock.runUntil(keys.remove()));
        await keys.read();
        assert.deepEqual(keys.state, none, deleting);
      }
    });

    it('is not restored by a running read', async () => {
      const { keys, keyring, clock } = setUp({ stored: 'one-1' });
      keyring.getting = 'waits';
      const reading = keys.read();
      keyring.getting = 'works';
      await keys.remove();
      await settle();
      keyring.release();
      await clock.runUntil(reading);
      await settle();
      assert.deepEqual(keys.state, none);
    });

    it('is not restored by the late answer of a read', async () => {
      const { keys, keyring, clock } = setUp({ stored: 'one-1', events: 0 });
      keyring.getting = 'waits';
      await clock.runUntil(keys.read());
      await keys.remove();
      keyring.release();
      await settle();
      assert.deepEqual(keys.state, none);
    });

    it('can be set again', async () => {
      const { keys, states } = setUp({ stored: 'one-1' });
      await keys.read();
      await keys.remove();
      await keys.set('two-2');
      await settle();
      assert.deepEqual(states.at(-1), using('two-2', 'stored'));
    });
  });

  it('fires no event after disposal', async () => {
    const { keys, states } = setUp({ stored: 'one-1' });
    keys.dispose();
    await keys.read();
    assert.deepEqual(states, []);
  });
});
