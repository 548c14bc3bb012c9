import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { environmentKey, useExtension, watched } from './support/extension';
import { useTestUser } from './support/testUser';
import { startProxy, type TestProxy, type TestProxyOptions } from './support/proxy';
import { setApiBaseUrl, setSetting } from './support/settings';
import { useSimulator } from './support/simulator';

useExtension();

describe("Behind a proxy, by VS Code's setting http.proxy", () => {
  const api = useSimulator();
  const user = useTestUser();
  let proxy: TestProxy | undefined;

  async function useProxy(options?: TestProxyOptions): Promise<TestProxy> {
    proxy = await startProxy(options);
    await setSetting('http.proxy', proxy.url);
    return proxy;
  }
  afterEach('take the proxy away', async () => {
    await setSetting('http.proxy', undefined);
    await proxy?.stop();
    proxy = undefined;
  });
  const refresh = (): Thenable<unknown> => vscode.commands.executeCommand('syncBatches.refresh');

  it('requests go through it, and the answer is shown', async () => {
    const { requests, headers } = await useProxy({ origin: api.simulator.url });
    // The editor asks no proxy for 127.0.0.1 itself. This is loopback as well, and nobody listens there.
    await setApiBaseUrl('http://127.0.0.2:1');
    await refresh();
    assert.deepEqual(user.messages, []);
    assert.deepEqual(requests, ['GET http://127.0.0.2:1/v2/batch']);
    assert.equal(headers[0]?.['x-api-key'], environmentKey);
    assert.equal(api.simulator.requests.length, 1);
    assert.equal((await watched()).contextKeys.get('syncBatches.viewState'), 'empty');
  });

  it('an https: request uses CONNECT, so that the proxy never sees the key', async () => {
    const { requests, headers } = await useProxy({ connectStatus: 407 });
    await setApiBaseUrl('https://api.sync.test');
    await refresh();
    assert.deepEqual([...new Set(requests)], ['CONNECT api.sync.test:443']);
    assert.equal(JSON.stringify(headers).includes(environmentKey), false);
  });

  it('a missing password is named as the cause, with the settings', async () => {
    await useProxy({ connectStatus: 407 });
    await setApiBaseUrl('https://api.sync.test');
    await refresh();
    const message = user.onlyMessage();
    assert.match(message.text, /proxy did not let the request through \(407\).*http\.proxyAuthorization/);
    assert.equal(message.buttons[0], 'Open Proxy Settings');
  });

  it('an unreachable proxy is named as the cause', async () => {
    const { stop } = await useProxy();
    await stop();
    await setApiBaseUrl('https://api.sync.test');
    await refresh();
    assert.match(user.onlyMessage().text, /proxy/i);
    assert.equal(user.onlyMessage().buttons[0], 'Open Proxy Settings');
  });

  for (const connectStatus of [403, 502]) {
    it(`a refused CONNECT is not reported as an error of sync.so: ${connectStatus}`, async () => {
      await useProxy({ connectStatus });
      await setApiBaseUrl('https://api.sync.test');
      await refresh();
      assert.match(user.onlyMessage().text, /proxy/i);
    });
  }

  it('requests bypass it when it is switched off', async () => {
    const { requests } = await useProxy({ origin: api.simulator.url });
    await setSetting('http.proxySupport', 'off');
    try {
      await setApiBaseUrl('http://127.0.0.2:1');
      await refresh();
      assert.equal(user.onlyMessage().kind, 'error', 'nobody listens there');
      assert.deepEqual(requests, []);
      await setApiBaseUrl(api.simulator.url);
      await refresh();
      assert.deepEqual([requests.length, api.simulator.requests.length], [0, 1]);
    } finally {
      await setSetting('http.proxySupport', undefined);
    }
  });
});
