import { BatchClient } from '../../core/api/client';
import { ApiError } from '../../core/api/http/errors';
import type { Http } from '../../core/api/http/http';
import type { ApiKeys } from '../../core/account/apiKeys';
import type { Log } from '../../core/common/log';
import { readApiBaseUrl } from '../shared/settings';

/** Creates API clients for the current base URL and key. */
export class ClientFactory {
  constructor(
    private readonly http: Http,
    private readonly keys: ApiKeys,
    private readonly log: Log,
  ) {}

  /**
   * A client with the key in use.
   * @throws {ApiError} `noKey`, or `badBaseUrl` if the setting is not a safe URL for the key.
   */
  client(): BatchClient {
    const { state } = this.keys;
    if (state.kind !== 'key') {
      throw new ApiError('noKey', 'there is no API key');
    }
    return this.clientFor(state.key);
  }

  /** @returns the base URL and the key in use; undefined if there is no key or no valid URL. */
  session(): { baseUrl: string; key: string } | undefined {
    const { state } = this.keys;
    const address = readApiBaseUrl();
    return state.kind === 'key' && 'url' in address ? { baseUrl: address.url, key: state.key } : undefined;
  }

  /**
   * A client with a key that is not in use yet.
   * @throws {ApiError} `badBaseUrl` if the setting is not a safe URL for the key.
   */
  clientFor(key: string): BatchClient {
    const address = readApiBaseUrl();
    if ('fault' in address) {
      throw new ApiError('badBaseUrl', `the setting syncBatches.apiBaseUrl is not valid: ${address.fault}`, {
        code: address.fault,
      });
    }
    return new BatchClient(this.http, address.url, key, this.log);
  }
}
