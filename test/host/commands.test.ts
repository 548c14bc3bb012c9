import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { answering } from './support/answers';
import { useExtension } from './support/extension';
import { escapeFrom, pressEnterUntil } from './support/input';
import { useTestUser } from './support/testUser';
import { eventually } from './support/poll';
import { replaceMember } from './support/replace';
import { useSimulator } from './support/simulator';

useExtension();

const signedUrl =
  'https://files.example.test/a%2Fb/r%C3%A9sult.jsonl?X-Amz-Credential=AKIA%2F20261124%2Fus&X-Amz-Signature=ab%3D%3d&q=a+b%20c#x';

const run = (name: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`syncBatches.${name}`, ...args);

/** Arguments that no tree row has. */
function hostileArguments(): Record<string, unknown> {
  const cyclic: Record<string, unknown> = {};
  cyclic['batch'] = cyclic;
  cyclic['id'] = cyclic;
  return {
    null: null,
    'a number': 42,
    NaN,
    'a truth value': true,
    'a symbol': Symbol('batch'),
    'a function': () => 'batch',
    'an empty object': {},
    'a list': [[], {}],
    'a cyclic object': cyclic,
    'a batch without an ID': { kind: 'batch', batch: {} },
    'a batch whose ID is no text': { kind: 'batch', batch: { id: { toString: () => 'batch_done' } } },
    'a batch that is null': { kind: 'batch', batch: null },
    'a group': { kind: 'group', status: 'COMPLETED', batches: [], limit: 100 },
    'a Uri': vscode.Uri.parse('https://example.test'),
  };
}

/** Objects that throw when they are inspected. */
function explosiveArguments(): Record<string, unknown> {
  const explode = (): never => {
    throw new Error('do not look at me');
  };
  return {
    'a getter that throws': Object.defineProperty({}, 'batch', { get: explode, enumerable: true }),
    'a batch with a getter that throws': { batch: Object.defineProperty({}, 'id', { get: explode, enumerable: true }) },
    'a proxy that throws': new Proxy({}, { get: explode, has: explode, ownKeys: explode }),
  };
}

const resultsCommands = ['showResults', 'openResultsText', 'saveResults', 'saveMedia', 'exportFailed'] as const;
const otherBatchCommands = [
  ...(['copyBatchId', 'copyOutputUrl', 'openOutput'] as const),
  ...(['renameBatch', 'notifyWhenFinished', 'dontNotifyWhenFinished'] as const),
];
const batchCommands = [...otherBatchCommands, ...resultsCommands];

describe('A command', () => {
  const api = useSimulator();
  const user = useTestUser();

  beforeEach('add batches', async () => {
    const createdAt = Date.now() - 3_600_000;
    api.simulator.addBatch({ id: 'batch_done', createdAt, status: 'COMPLETED', outputUrl: signedUrl });
    api.simulator.addBatch({ id: 'batch_running', createdAt, status: 'PROCESSING' });
    api.simulator.addBatch({ id: 'batch_lost', createdAt, status: 'FAILED', outputUrl: '' });
    await vscode.env.clipboard.writeText('what was there before');
  });
  const clipboard = (): Thenable<string> => vscode.env.clipboard.readText();

  /** Makes sure that the command has a batch to offer. */
  async function prepare(name: string, id: string): Promise<void> {
    if (name === 'dontNotifyWhenFinished') {
      await run('notifyWhenFinished', id);
    }
  }

  describe('called with the ID of a batch', () => {
    it('copies the ID', async () => {
      await run('copyBatchId', 'batch_running');
      assert.equal(await clipboard(), 'batch_running');
      assert.deepEqual(user.messages, []);
      assert.deepEqual(user.statusBar, ['$(check) Batch ID copied']);
    });

    it('copies the exact output URL', async () => {
      await run('copyOutputUrl', 'batch_done');
      assert.equal(await clipboard(), signedUrl);
      assert.deepEqual(user.messages, []);
      assert.deepEqual(user.statusBar, ['$(check) Output URL copied']);
    });

    it('opens the exact output URL', async () => {
      await run('openOutput', 'batch_done');
      assert.deepEqual(user.opened, [signedUrl]);
      assert.deepEqual(user.messages, []);
    });

    it('copies the exact ID, even with unusual characters', async () => {
      const id = 'batch "ü" <b>&amp; $(zap) \u202e 100 %';
      api.simulator.addBatch({ id, createdAt: Date.now() });
      await run('copyBatchId', id);
      assert.equal(await clipboard(), id);
    });

    it('accepts the tree row of a batch as well', async () => {
      await run('copyBatchId', { kind: 'batch', batch: { id: 'batch_running' } }, [{ kind: 'batch' }]);
      assert.equal(await clipboard(), 'batch_running');
    });

    it('loads the list first if necessary, once', async () => {
      assert.deepEqual(api.simulator.requests, []);
      await run('copyBatchId', 'batch_running');
      await run('copyBatchId', 'batch_done');
      assert.equal(api.simulator.requests.length, 1);
    });
  });

  describe('about missing output', () => {
    for (const name of ['openOutput', 'copyOutputUrl', ...resultsCommands] as const) {
      it(`says that the batch has not finished: ${name}`, async () => {
        await run(name, 'batch_running');
        const message = user.onlyMessage();
        assert.equal(message.kind, 'information');
        assert.match(message.text, /batch_running.*not finished \(Processing\)/);
        assert.deepEqual(user.opened, []);
        assert.equal(await clipboard(), 'what was there before');
      });

      it(`says that the batch has no results: ${name}`, async () => {
        await run(name, 'batch_lost');
        const message = user.onlyMessage();
        assert.equal(message.kind, 'information');
        assert.match(message.text, /batch_lost.*the status “Failed”, but no results/);
        assert.deepEqual(user.opened, []);
      });
    }
  });

  describe('about output at an unsafe address', () => {
    for (const url of [
      'javascript:alert(1)',
      'JavaScript:alert(1)',
      'file:///etc/passwd',
      'http://files.example.test/result.jsonl',
      'http://127.0.0.1.example.test/',
      'command:workbench.action.quit',
      'vscode://publisher.extension/path',
      'data:text/html,<script>alert(1)</script>',
      '//files.example.test/result.jsonl',
      '/etc/passwd',
      'not a URL',
      ' https://files.example.test/leading-blank',
      'https://files.example.test/\r\nline-break',
    ]) {
      it(`does not open it, and says why: ${JSON.stringify(url)}`, async () => {
        api.simulator.updateBatch('batch_done', { outputUrl: url });
        // The command ends when the message is closed.
        const command = run('openOutput', 'batch_done');
        const message = await eventually(() => user.onlyMessage());
        await vscode.commands.executeCommand('notifications.clearAll');
        await command;
        assert.deepEqual(user.opened, []);
        assert.equal(message.kind, 'warning');
        assert.match(message.text, /batch_done was not opened/);
        assert.doesNotMatch(message.text, /[\r\n]/);
        assert.deepEqual(message.buttons, ['Copy Output URL']);
        assert.equal(await clipboard(), 'what was there before');
      });
    }

    it('offers to copy the exact address instead', async () => {
      api.simulator.updateBatch('batch_done', { outputUrl: 'http://files.example.test/a%2Fb' });
      user.willPress('Copy Output URL');
      await run('openOutput', 'batch_done');
      // Neither the test nor the command waits for a message to close.
      await eventually(async () => {
        assert.equal(await clipboard(), 'http://files.example.test/a%2Fb');
      });
      assert.deepEqual(user.opened, []);
    });
  });

  describe('called with an ID that is not in the list', () => {
    for (const name of batchCommands) {
      it(`says so: ${name}`, async () => {
        await run(name, 'batch_of_somebody_else');
        const message = user.onlyMessage();
        assert.equal(message.kind, 'warning');
        assert.match(message.text, /batch_of_somebody_else is not in the list/);
        assert.equal(await clipboard(), 'what was there before');
        assert.deepEqual(user.opened, []);
      });
    }

    for (const id of ['__proto__', 'constructor', 'x'.repeat(100_000), 'a\nb\u202ec', '{0}{1}']) {
      it(`says so on one line of limited length: ${JSON.stringify(id.slice(0, 20))}`, async () => {
        await run('copyBatchId', id);
        const { text } = user.onlyMessage();
        assert.match(text, /is not in the list/);
        assert.ok(text.length < 300);
        assert.doesNotMatch(text, /[\n\u202e]/);
      });
    }
  });

  describe('called with something that is not a batch', () => {
    for (const name of otherBatchCommands) {
      for (const [what, argument] of Object.entries(hostileArguments())) {
        it(`asks for a batch: ${name}, ${what}`, async () => {
          await prepare(name, 'batch_running');
          await escapeFrom(run(name, argument));
          assert.deepEqual(user.messages, []);
          assert.equal(await clipboard(), 'what was there before');
          assert.deepEqual(user.opened, []);
          // It needed the list to ask.
          assert.deepEqual(
            api.simulator.requests.map(({ path }) => path),
            ['/v2/batch'],
          );
        });
      }

      for (const [what, argument] of Object.entries(explosiveArguments())) {
        it(`reports the failure or asks for a batch: ${name}, ${what}`, async () => {
          await prepare(name, 'batch_running');
          await escapeFrom(run(name, argument));
          for (const { text } of user.messages) {
            assert.match(text, /^That did not work/);
          }
          assert.equal(await clipboard(), 'what was there before');
          assert.deepEqual(user.opened, []);
        });
      }
    }

    for (const name of resultsCommands) {
      it(`asks for a batch or reports the failure, whatever the argument: ${name}`, async () => {
        for (const argument of Object.values(hostileArguments())) {
          await escapeFrom(run(name, argument, argument));
        }
        assert.equal(user.messages.length, 0);
        for (const argument of Object.values(explosiveArguments())) {
          await escapeFrom(run(name, argument, argument));
        }
        assert.ok(user.messages.every(({ text }) => text.startsWith('That did not work')));
        assert.deepEqual(user.opened, []);
        // It needed only the list to ask.
        assert.equal(api.simulator.requests.length, 1);
      });
    }

    for (const [what, argument] of Object.entries({ ...hostileArguments(), ...explosiveArguments() })) {
      it(`does nothing for a group that does not exist: showMore, ${what}`, async () => {
        await run('showMore', argument);
        assert.deepEqual(user.messages, []);
      });
    }

    it('does nothing for a status that does not occur', async () => {
      for (const status of ['NO_SUCH_STATUS', '', '__proto__', 'COMPLETED']) {
        await run('showMore', status);
      }
      assert.deepEqual(user.messages, []);
    });

    for (const name of ['refresh', 'clearFilters', 'showLog'] as const) {
      it(`works whatever the argument: ${name}`, async () => {
        for (const argument of Object.values({ ...hostileArguments(), ...explosiveArguments() })) {
          await run(name, argument);
        }
        assert.deepEqual(user.messages, []);
        if (name === 'showLog') {
          // The input appears at some point and takes the focus: wait for it, so that it does not disturb a later test.
          await eventually(() => {
            assert.ok(vscode.workspace.textDocuments.some(({ uri }) => uri.scheme === 'output'));
          });
        }
        await vscode.commands.executeCommand('workbench.action.closePanel');
      });
    }

    for (const name of ['setApiKey', 'filterByDate', 'filterByStatus'] as const) {
      it(`asks as usual, whatever the argument, and does not use the argument as the answer: ${name}`, async () => {
        await run('refresh');
        for (const argument of Object.values({ ...hostileArguments(), ...explosiveArguments() })) {
          await escapeFrom(run(name, argument));
        }
        assert.deepEqual(user.messages, []);
        await run('refresh');
        const [first, second, ...others] = api.simulator.requests;
        assert.deepEqual(others, []);
        assert.deepEqual([second?.query, second?.headers['x-api-key']], [first?.query, first?.headers['x-api-key']]);
      });
    }

    it('deletes nothing without confirmation, whatever the argument: deleteKeptResults', async () => {
      const hostile = Object.values({ ...hostileArguments(), ...explosiveArguments() });
      for (const argument of hostile) {
        await run('deleteKeptResults', argument);
      }
      assert.equal(user.messages.length, hostile.length);
      assert.ok(user.messages.every(({ modal }) => modal));
      assert.deepEqual(user.statusBar, []);
    });

    it('does nothing without a key: removeApiKey', async () => {
      const hostile = Object.values({ ...hostileArguments(), ...explosiveArguments() });
      for (const argument of hostile) {
        await run('removeApiKey', argument);
      }
      assert.equal(user.messages.length, hostile.length);
      for (const { text } of user.messages) {
        assert.match(text, /SYNC_API_KEY/);
      }
    });
  });

  describe('called from the palette', () => {
    const withEnter = async (command: Thenable<unknown>): Promise<void> => {
      const state = { isDone: false };
      const done = Promise.resolve(command).finally(() => {
        state.isDone = true;
      });
      await pressEnterUntil(() => state.isDone);
      await done;
    };

    it('copies the ID of the picked batch', async () => {
      await withEnter(run('copyBatchId'));
      assert.match(await clipboard(), /^batch_(?:done|running|lost)$/);
    });

    it('offers only batches with output', async () => {
      await withEnter(run('copyOutputUrl'));
      assert.equal(await clipboard(), signedUrl);
    });

    it('does nothing if the quick pick is canceled', async () => {
      await escapeFrom(run('openOutput'));
      assert.deepEqual([user.opened, user.messages, user.statusBar], [[], [], []]);
    });

    for (const name of ['openOutput', ...resultsCommands] as const) {
      it(`says so if no batch has output: ${name}`, async () => {
        api.simulator.removeBatch('batch_done');
        await run(name);
        assert.match(user.onlyMessage().text, /None of the batches in the list has an output URL/);
      });
    }

    for (const name of resultsCommands) {
      it(`offers only batches with results, and says for what: ${name}`, async () => {
        const { rows, pick } = await answering({}, () => run(name));
        assert.deepEqual(
          rows.map(({ label }) => label),
          ['batch_done'],
        );
        assert.match(pick?.placeHolder ?? '', /^[A-Z].* which batch\?$/);
      });
    }

    it('says so if there are no batches', async () => {
      for (const id of ['batch_done', 'batch_running', 'batch_lost']) {
        api.simulator.removeBatch(id);
      }
      await run('copyBatchId');
      assert.match(user.onlyMessage().text, /no batches in the list/);
    });
  });

  describe('that cannot load the list', () => {
    for (const name of [...batchCommands, 'refresh'] as const) {
      it(`says why, once, and what to do: ${name}`, async () => {
        api.simulator.faults.add({ effect: { kind: 'status', status: 402, message: 'Upgrade your plan' } });
        await run(name, name === 'refresh' ? undefined : 'batch_done');
        const message = user.onlyMessage();
        assert.equal(message.kind, 'error');
        assert.match(message.text, /402.*Upgrade your plan.*Scale or Enterprise/);
        assert.equal(message.buttons[0], 'Open Billing');
        assert.equal(message.buttons.at(-1), 'Show Log');
      });
    }

    it('opens the billing page of sync.so from the message', async () => {
      api.simulator.faults.add({ effect: { kind: 'status', status: 402 } });
      user.willPress('Open Billing');
      await run('refresh');
      assert.deepEqual(user.opened.map(String), ['https://sync.so/billing/subscription']);
    });

    it('tries again from the message', async () => {
      api.simulator.faults.add({ effect: { kind: 'status', status: 402 }, times: 1 });
      user.willPress('Try Again');
      await run('refresh');
      await eventually(() => {
        assert.deepEqual(
          api.simulator.requests.map(({ status }) => status),
          [402, 200],
        );
      });
      assert.equal(user.messages.length, 1);
    });
  });

  describe('about text from the API', () => {
    /** Matches what notifications turn into links. A click on a `command:` link runs it. */
    const link = /\[[^\]]+\]\((?:https?:\/\/|command:|file:)[^)\s]+/;
    const evil = '[free](command:workbench.action.closeWindow)';

    it('makes no link of a server message', async () => {
      api.simulator.faults.add({ effect: { kind: 'status', status: 402, message: `Pay up ${evil}` } });
      await run('refresh');
      assert.doesNotMatch(user.onlyMessage().text, link);
      assert.match(user.onlyMessage().text, /Pay up/);
    });

    it('makes no link of the ID of a batch', async () => {
      api.simulator.addBatch({ id: evil, createdAt: Date.now(), status: 'PENDING' });
      await run('openOutput', evil);
      await run('openOutput', `not ${evil}`);
      assert.equal(user.messages.length, 2);
      for (const { text } of user.messages) {
        assert.doesNotMatch(text, link);
      }
    });

    it('makes no link of a status', async () => {
      api.simulator.addBatch({ id: 'batch_odd', createdAt: Date.now(), status: evil });
      await run('openOutput', 'batch_odd');
      assert.doesNotMatch(user.onlyMessage().text, link);
    });

    it('makes no link of an output URL that it does not open', async () => {
      api.simulator.updateBatch('batch_done', { outputUrl: evil });
      const command = run('openOutput', 'batch_done');
      const message = await eventually(() => user.onlyMessage());
      await vscode.commands.executeCommand('notifications.clearAll');
      await command;
      assert.doesNotMatch(message.text, link);
    });

    for (const name of [...batchCommands, 'filterByStatus'] as const) {
      it(`draws no icons of it in a quick pick: ${name}`, async () => {
        api.simulator.addBatch({
          id: 'batch $(zap)',
          createdAt: Date.now(),
          status: 'ODD $(zap)',
          outputUrl: 'https://example.test',
        });
        await run('refresh');
        await prepare(name, 'batch $(zap)');
        const shown: string[] = [];
        const restore = replaceMember(vscode.window, 'showQuickPick', ((rows: readonly vscode.QuickPickItem[]) => {
          shown.push(...rows.map(({ label, description, detail }) => [label, description, detail].join(' ')));
          return Promise.resolve(undefined);
        }) as never);
        try {
          await run(name);
        } finally {
          restore();
        }
        assert.deepEqual(
          shown.filter((row) => row.includes('$(')),
          [],
        );
        assert.ok(shown.some((row) => row.includes('zap)')));
      });
    }
  });

  describe('Refresh', () => {
    it('does not start further loads while a load is running', async () => {
      api.simulator.faults.add({ effect: { kind: 'delay', ms: 300 } });
      await Promise.all(Array.from({ length: 10 }, () => run('refresh')));
      assert.equal(api.simulator.requests.length, 1);
      await run('refresh');
      assert.equal(api.simulator.requests.length, 2);
    });
  });
});
