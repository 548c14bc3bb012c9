import * as assert from 'node:assert/strict';
import { ApiError } from '../../../src/core/api/http/errors';
import type { KeyState } from '../../../src/core/account/apiKeys';
import { noFilter } from '../../../src/core/batches/filter';
import { type StoreFacts, type ViewState, viewStateOf } from '../../../src/core/batches/viewState';
import { batch } from '../support/batches';

const refused = new ApiError('unauthorized', 'HTTP 401');
const broken = new ApiError('server', 'HTTP 500');

const key: KeyState = { kind: 'key', key: 'the-key', source: 'stored' };
const reading: KeyState = { kind: 'reading' };
const none: KeyState = { kind: 'none', keyringSilent: false };

const fresh: StoreFacts = { batches: [], filter: noFilter, loadedAt: undefined, error: undefined, isLoading: false };
const empty: StoreFacts = { ...fresh, loadedAt: 5 };
const full: StoreFacts = { ...empty, batches: [batch()] };
const filter = { statuses: ['FAILED'], created: undefined };

describe('The view state', () => {
  const table: [what: string, key: KeyState, store: StoreFacts, state: ViewState][] = [
    ['there is no key', none, fresh, { kind: 'noKey', keyringSilent: false }],
    [
      'there is no key, although there is a list',
      none,
      { ...full, error: refused },
      { kind: 'noKey', keyringSilent: false },
    ],
    [
      'the keyring does not respond',
      { kind: 'none', keyringSilent: true },
      fresh,
      { kind: 'noKey', keyringSilent: true },
    ],
    ['the key is being read', reading, fresh, { kind: 'loading' }],
    ['no load has started yet', key, fresh, { kind: 'loading' }],
    ['the first load is running', key, { ...fresh, isLoading: true }, { kind: 'loading' }],
    ['the key is refused', key, { ...fresh, error: refused }, { kind: 'keyRefused', error: refused }],
    [
      'the key is refused after a list was loaded',
      key,
      { ...full, error: refused },
      { kind: 'keyRefused', error: refused },
    ],
    [
      'a refused key is tried again with a list that is known',
      key,
      { ...full, error: refused, isLoading: true },
      { kind: 'keyRefused', error: refused },
    ],
    ['a refused key is tried again', key, { ...fresh, error: refused, isLoading: true }, { kind: 'loading' }],
    ['the server is not reachable', key, { ...fresh, error: broken }, { kind: 'unreachable', error: broken }],
    ['the server is tried again', key, { ...fresh, error: broken, isLoading: true }, { kind: 'loading' }],
    ['an empty list could not be refreshed', key, { ...empty, error: broken }, { kind: 'unreachable', error: broken }],
    ['there are no batches', key, empty, { kind: 'empty' }],
    ['there are no batches and a load is running', key, { ...empty, isLoading: true }, { kind: 'loading' }],
    ['no batch matches the filter', key, { ...empty, filter }, { kind: 'filteredOut' }],
    ['there are batches', key, full, { kind: 'list' }],
    ['some batches match the filter', key, { ...full, filter }, { kind: 'list' }],
    ['a list is being refreshed', key, { ...full, isLoading: true }, { kind: 'list' }],
    ['a list could not be refreshed', key, { ...full, error: broken }, { kind: 'stale', error: broken, loadedAt: 5 }],
    [
      'a list could not be refreshed and is tried again',
      key,
      { ...full, error: broken, isLoading: true },
      { kind: 'stale', error: broken, loadedAt: 5 },
    ],
  ];
  for (const [what, keyState, store, state] of table) {
    it(`is "${state.kind}" if ${what}`, () => assert.deepEqual(viewStateOf(keyState, store), state));
  }

  it('follows its rules for all combinations of key and store', () => {
    const keys: KeyState[] = [key, reading, none, { kind: 'none', keyringSilent: true }];
    for (const keyState of keys) {
      for (const batches of [[], [batch()]]) {
        for (const loadedAt of [undefined, 5]) {
          for (const error of [undefined, refused, broken]) {
            for (const isLoading of [true, false]) {
              for (const each of [noFilter, filter]) {
                const store = { batches, loadedAt, error, isLoading, filter: each };
                const { kind } = viewStateOf(keyState, store);
                const where = JSON.stringify({ keyState, store, kind });
                assert.equal(kind === 'noKey', keyState.kind === 'none', where);
                if (kind === 'list' || kind === 'stale') {
                  assert.ok(batches.length > 0, where);
                }
                if (kind === 'list') {
                  assert.ok(error === undefined || loadedAt === undefined, where);
                }
                if (kind === 'empty' || kind === 'filteredOut') {
                  assert.ok(loadedAt !== undefined && error === undefined && !isLoading, where);
                  assert.equal(kind === 'filteredOut', each === filter, where);
                }
                if (batches.length > 0 && keyState.kind === 'key' && error !== refused) {
                  assert.ok(kind === 'list' || kind === 'stale', where);
                }
              }
            }
          }
        }
      }
    }
  });
});
