import { ApiError } from '../../core/api/http/errors';
import { accountIdOf } from '../../core/account/accountId';
import type { ApiKeys } from '../../core/account/apiKeys';
import type { CurrentAccount } from '../../core/account/currentAccount';
import type { AccountSession } from '../../core/submissions/service';
import type { ClientFactory } from './clientFactory';

/** A client and its account. A task uses one session from start to end, even if the user changes the key meanwhile. */
export interface ApiSession extends AccountSession {
  readonly baseUrl: string;
}

/** What {@link currentSession} needs. */
export interface SessionSource {
  readonly keys: ApiKeys;
  readonly currentAccount: CurrentAccount;
  readonly clients: ClientFactory;
}

/** @throws {ApiError} `noKey`, or `badBaseUrl` if the setting is not a safe URL for the key. */
export async function currentSession({ keys, currentAccount, clients }: SessionSource): Promise<ApiSession> {
  await keys.settled();
  await currentAccount.settled();
  // Without an await in between, so that the client and the ID belong to the same account.
  const client = clients.client();
  const session = clients.session();
  if (session === undefined) {
    throw new ApiError('noKey', 'there is no API key');
  }
  return { client, baseUrl: session.baseUrl, account: await accountIdOf(session.baseUrl, session.key) };
}
