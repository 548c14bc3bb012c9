import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Http } from '../../src/core/api/http/http';
import { ApiError } from '../../src/core/api/http/errors';
import { ApiKeys } from '../../src/core/account/apiKeys';
import { ClientFactory } from '../../src/editor/account/clientFactory';
import { readApiBaseUrl } from '../../src/editor/shared/settings';
import { nodeTransport } from '../../src/platform/nodeTransport';
import { systemClock } from '../../src/platform/systemClock';
import { environmentKey, useExtension, watched } from './support/extension';
import { useTestUser } from './support/testUser';
import { eventually } from './support/poll';
import { replaceMember } from './support/replace';
import { setApiBaseUrl } from './support/settings';
import { useSimulator } from './support/simulator';

useExtension();

const silent = (): void => undefined;
const log = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };

/** An address that must not receive a key, and the text about it. */
interface BadAddress {
  readonly name: string;
  readonly value: (url: string) => unknown;
  readonly code: string;
  readonly words: RegExp;
}

const port = (url: string): string => new URL(url).port;

const badAddresses: readonly BadAddress[] = [
  { name: 'no URL', value: () => 'api.sync.so', code: 'notAUrl', words: /not a URL/ },
  { name: 'nothing', value: () => '', code: 'notAUrl', words: /not a URL/ },
  { name: 'only blanks', value: () => '   ', code: 'notAUrl', words: /not a URL/ },
  { name: 'a number', value: () => 42, code: 'notAUrl', words: /not a URL/ },
  { name: 'an object', value: (url) => ({ url }), code: 'notAUrl', words: /not a URL/ },
  { name: 'a list', value: (url) => [url], code: 'notAUrl', words: /not a URL/ },
  { name: 'another scheme', value: (url) => url.replace('http:', 'ftp:'), code: 'scheme', words: /https:/ },
  { name: 'a script', value: () => 'javascript:alert(1)', code: 'scheme', words: /https:/ },
  { name: 'a file', value: () => 'file:///etc/hosts', code: 'scheme', words: /https:/ },
  {
    name: 'http: to a foreign host',
    value: (url) => `http://api.sync.test:${port(url)}`,
    code: 'insecure',
    words: /http:.*Use https:/,
  },
  {
    name: 'http: to a foreign host that begins like this computer',
    value: (url) => `http://127.0.0.1.sync.test:${port(url)}`,
    code: 'insecure',
    words: /Use https:/,
  },
  {
    name: 'http: to every interface of this computer',
    value: (url) => `http://0.0.0.0:${port(url)}`,
    code: 'insecure',
    words: /Use https:/,
  },
  {
    name: 'a user name and a password',
    value: (url) => url.replace('//', '//me:secret@'),
    code: 'credentials',
    words: /user name or a password/,
  },
  {
    name: 'a user name that looks like the host',
    value: (url) => url.replace('//', '//api.sync.so@'),
    code: 'credentials',
    words: /user name/,
  },
  { name: 'a query', value: (url) => `${url}/?tenant=1`, code: 'query', words: /begins with \? or #/ },
  { name: 'a fragment', value: (url) => `${url}/#x`, code: 'query', words: /begins with \? or #/ },
];

describe('The base URL', () => {
  const api = useSimulator();
  const user = useTestUser();

  for (const { name, value, code, words } of badAddresses) {
    it(`is refused with a reason, and nothing is sent: ${name}`, async () => {
      await setApiBaseUrl(value(api.simulator.url));
      assert.deepEqual(readApiBaseUrl(), { fault: code });
      await vscode.commands.executeCommand('syncBatches.refresh');
      const message = user.onlyMessage();
      assert.equal(message.kind, 'error');
      assert.match(message.text, /syncBatches\.apiBaseUrl/);
      assert.match(message.text, /nothing was sent/);
      assert.match(message.text, words);
      assert.equal(message.buttons[0], 'Open Setting');
      assert.deepEqual(api.simulator.requests, []);
    });
  }

  it('is named as the cause in the view', async () => {
    await setApiBaseUrl('http://api.sync.test');
    await vscode.commands.executeCommand('syncBatches.refresh');
    assert.equal((await watched()).contextKeys.get('syncBatches.viewState'), 'unreachable.address');
  });

  for (const [name, value] of [
    ['as it is', (url: string) => url],
    ['with slashes at its end', (url: string) => `${url}//`],
    ['with blanks around it', (url: string) => ` ${url} `],
    ['with the name of this computer', (url: string) => url.replace('127.0.0.1', 'localhost')],
    ['in capitals', (url: string) => url.replace('http:', 'HTTP:')],
  ] as const) {
    it(`is used ${name}`, async () => {
      await setApiBaseUrl(value(api.simulator.url));
      await vscode.commands.executeCommand('syncBatches.refresh');
      assert.deepEqual(user.messages, []);
      assert.deepEqual(
        api.simulator.requests.map(({ path, status }) => [path, status]),
        [['/v2/batch', 200]],
      );
    });
  }

  it('may have a path, for example of a gateway', async () => {
    await setApiBaseUrl(`${api.simulator.url}/gateway/`);
    await vscode.commands.executeCommand('syncBatches.refresh');
    assert.deepEqual(
      api.simulator.requests.map(({ path }) => path),
      ['/gateway/v2/batch'],
    );
  });

  it('receives the key in its header, and nowhere else', async () => {
    await vscode.commands.executeCommand('syncBatches.refresh');
    const [request, ...others] = api.simulator.requests;
    assert.deepEqual(others, []);
    assert.equal(request?.headers['x-api-key'], environmentKey);
    const rest = { ...request.headers, 'x-api-key': '' };
    assert.equal(JSON.stringify([request.path, request.query, rest]).includes(environmentKey), false);
  });

  it('keeps the key when it redirects elsewhere', async () => {
    api.simulator.faults.add({
      origin: 'api',
      effect: { kind: 'redirect', location: `${api.simulator.filesUrl}/v2/batch` },
    });
    await vscode.commands.executeCommand('syncBatches.refresh');
    assert.equal(user.onlyMessage().kind, 'error');
    assert.deepEqual(
      api.simulator.requests.map(({ origin }) => origin),
      ['api'],
    );
  });
});

describe('A workspace', () => {
  const api = useSimulator();
  useTestUser();
  const file = (): vscode.Uri => {
    const folder = vscode.workspace.workspaceFolders?.[0] ?? assert.fail('no folder is open');
    return vscode.Uri.joinPath(folder.uri, '.vscode', 'settings.json');
  };
  const tabSize = (): unknown => vscode.workspace.getConfiguration('editor').inspect('tabSize')?.workspaceValue;
  const writeSettings = async (settings: object): Promise<void> => {
    await vscode.workspace.fs.writeFile(file(), Buffer.from(JSON.stringify(settings)));
  };

  afterEach('remove the settings of the workspace', async () => {
    await writeSettings({});
    await eventually(() => {
      assert.equal(tabSize(), undefined);
    });
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(file(), '..'), { recursive: true });
  });

  it('can not choose where the key is sent', async () => {
    await writeSettings({
      'editor.tabSize': 7,
      'syncBatches.apiBaseUrl': api.simulator.filesUrl,
      syncBatches: { apiBaseUrl: api.simulator.filesUrl },
    });
    // When this one is known, so are the others of the file.
    await eventually(() => {
      assert.equal(tabSize(), 7);
    });
    assert.deepEqual(readApiBaseUrl(), { url: api.simulator.url });
    await vscode.commands.executeCommand('syncBatches.refresh');
    assert.deepEqual(
      api.simulator.requests.map(({ origin }) => origin),
      ['api'],
    );
  });

  it("has no say even where the editor would let it: only the user's own value counts", async () => {
    await writeSettings({ 'editor.tabSize': 7 });
    await eventually(() => {
      assert.equal(tabSize(), 7);
    });
    const elsewhere = 'https://elsewhere.test';
    const inspected = {
      key: 'syncBatches.apiBaseUrl',
      defaultValue: 'https://api.sync.so',
      workspaceValue: elsewhere,
      workspaceFolderValue: elsewhere,
      workspaceLanguageValue: elsewhere,
    };
    const read = (globalValue?: string): unknown => {
      const restore = replaceMember(
        vscode.workspace,
        'getConfiguration',
        () =>
          ({ get: () => elsewhere, inspect: () => ({ ...inspected, globalValue }) }) as unknown as ReturnType<
            typeof vscode.workspace.getConfiguration
          >,
      );
      try {
        return readApiBaseUrl();
      } finally {
        restore();
      }
    };
    assert.deepEqual(read(), { url: 'https://api.sync.so' });
    assert.deepEqual(read('https://own.test'), { url: 'https://own.test' });
  });
});

describe('The client factory', () => {
  useSimulator();
  const http = new Http({ fetch: nodeTransport, clock: systemClock, random: Math.random, log, redact: (text) => text });
  const newKeys = (environment: string | undefined): ApiKeys =>
    new ApiKeys({
      keyring: {
        get: () => Promise.resolve(undefined),
        store: () => Promise.resolve(),
        delete: () => Promise.resolve(),
      },
      environmentKey: environment,
      clock: systemClock,
      log,
      onKey: silent,
    });

  it('creates no client without a key', async () => {
    const keys = newKeys(undefined);
    const reason = (error: unknown): boolean => error instanceof ApiError && error.reason === 'noKey';
    assert.throws(() => new ClientFactory(http, keys, log).client(), reason);
    await keys.read();
    assert.throws(() => new ClientFactory(http, keys, log).client(), reason);
  });

  it('uses the current base URL for each call', async () => {
    const keys = newKeys(environmentKey);
    await keys.read();
    const clients = new ClientFactory(http, keys, log);
    assert.deepEqual(await clients.client().listBatches({}, AbortSignal.timeout(10_000)), []);
    await setApiBaseUrl('http://api.sync.test');
    assert.throws(
      () => clients.client(),
      (error) => error instanceof ApiError && error.reason === 'badBaseUrl' && error.details.code === 'insecure',
    );
    assert.throws(() => clients.clientFor('another-key'), ApiError);
  });
});
