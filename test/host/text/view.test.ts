import * as assert from 'node:assert/strict';
import { ApiError } from '../../../src/core/api/http/errors';
import type { ViewState } from '../../../src/core/batches/viewState';
import { messageOf, welcomeOf } from '../../../src/editor/sidebar/text/view';
import { theExtension } from '../support/extension';

const plain = (text: string | undefined): string | undefined => text?.replace(/\s/g, ' ');
const minute = 60_000;
const error = new ApiError('connection', 'refused', { code: 'ECONNREFUSED' });

const withoutBatches: ViewState[] = [
  { kind: 'noKey', keyringSilent: false },
  { kind: 'noKey', keyringSilent: true },
  { kind: 'loading' },
  { kind: 'keyRefused', error },
  { kind: 'unreachable', error },
  { kind: 'empty' },
  { kind: 'filteredOut' },
];

describe('The message above the tree', () => {
  it('has the time of the list', () => {
    assert.match(plain(messageOf({ kind: 'list' }, '', Date.now())) ?? '', /^As of \d{1,2}:\d{2} [AP]M$/);
  });

  it('starts with the filter', () => {
    assert.match(
      plain(messageOf({ kind: 'list' }, 'Failed', Date.now())) ?? '',
      /^Failed · as of \d{1,2}:\d{2} [AP]M$/,
    );
  });

  it('has the age of the list and the error if a refresh has failed', () => {
    const loadedAt = Date.now() - 12 * minute;
    assert.match(
      plain(messageOf({ kind: 'stale', error, loadedAt }, '', loadedAt)) ?? '',
      /^As of .+ \(12 minutes ago\)\. sync\.so could not be reached \(ECONNREFUSED\)\. Check the network\./,
    );
  });

  it('has the age of the list if it is from the future, after the clock was set back', () => {
    const loadedAt = Date.now() + 125 * minute;
    assert.match(plain(messageOf({ kind: 'list' }, '', loadedAt)) ?? '', /^As of .+ \(in 2 hours\)$/);
  });

  it('has the day if the list is older than today', () => {
    const loadedAt = Date.now() - 2 * 24 * 60 * minute;
    assert.match(
      plain(messageOf({ kind: 'stale', error, loadedAt }, '', loadedAt)) ?? '',
      /^As of [A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d{2} [AP]M \(2 days ago\)/,
    );
  });

  for (const state of withoutBatches) {
    it(`does not exist if there is a welcome text, which it would hide: ${welcomeOf(state)}`, () => {
      assert.equal(messageOf(state, 'Failed', Date.now()), undefined);
      assert.equal(messageOf(state, '', undefined), undefined);
    });
  }
});

describe('The welcome text', () => {
  const welcomes = (): readonly { readonly when: string; readonly contents: string }[] =>
    (
      theExtension().packageJSON as {
        contributes: { viewsWelcome: readonly { readonly when: string; readonly contents: string }[] };
      }
    ).contributes.viewsWelcome;

  for (const state of withoutBatches) {
    it(`exists once for: ${welcomeOf(state)}`, () => {
      const fitting = welcomes().filter(({ when }) => when.endsWith(`== '${welcomeOf(state)}'`));
      assert.equal(fitting.length, 1);
      assert.doesNotMatch(fitting[0]?.contents ?? '%', /^%/);
    });
  }

  it('is different for each state', () => {
    assert.equal(new Set(welcomes().map(({ contents }) => contents)).size, welcomes().length);
  });

  it('links only to commands that exist and to https: addresses', () => {
    const commands = (
      theExtension().packageJSON as { contributes: { commands: readonly { readonly command: string }[] } }
    ).contributes.commands.map(({ command }) => command);
    for (const { contents } of welcomes()) {
      for (const [, target = ''] of contents.matchAll(/\]\(([^)]+)\)/g)) {
        const command = /^command:([^?]+)/.exec(target)?.[1];
        if (command === undefined) {
          assert.match(target, /^https:\/\//);
        } else {
          assert.ok(commands.includes(command) || command === 'workbench.action.openSettings', command);
        }
      }
    }
  });

  it('does not exist if there are batches', () => {
    for (const kind of ['list', 'stale']) {
      assert.equal(
        welcomes().some(({ when }) => when.endsWith(`== '${kind}'`)),
        false,
      );
    }
  });
});
