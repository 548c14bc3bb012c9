import { ApiError } from '../../core/api/http/errors';
import type { BatchClient } from '../../core/api/client';
import { accountIdOf } from '../../core/account/accountId';
import type { ApiKeys } from '../../core/account/apiKeys';
import type { CurrentAccount } from '../../core/account/currentAccount';
import type { ClientFactory } from './clientFactory';

/** The API as it is configured at this moment. What began with it ends with it, whatever is configured meanwhile. */
export interface ApiSession {
  readonly client: BatchClient;
  /** Names the account that the client acts for, see {@link accountIdOf}. */
  readonly account: string;
  readonly baseUrl: string;
}

/** What a session is made from. */
export interface SessionSource {
  readonly keys: ApiKeys;
  readonly currentAccount: CurrentAccount;
  readonly clients: ClientFactory;
}

/** @throws {ApiError} `noKey`, or `badBaseUrl` when the address can't be trusted with the key. */
export async function currentSession({ keys, currentAccount, clients }: SessionSource): Promise<ApiSession> {
  await keys.settled();
  await currentAccount.settled();
  // In one go, so that the client and the name are of the same account.
  const client = clients.client();
  const access = clients.session();
  if (access === undefined) {
    throw new ApiError('noKey', 'there is no API key');
  }
  return { client, baseUrl: access.baseUrl, account: await accountIdOf(access.baseUrl, access.key) };
}
