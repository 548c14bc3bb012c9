import { ApiError } from '../../core/api/errors';
import type { BatchClient } from '../../core/api/client';
import { asError, isCancelled } from '../../core/clock';
import { accountOf } from '../../core/live/account';
import type { CommandContext } from '../commands/context';
import { showFailure } from '../messages';

/** The API as it is configured at this moment. What began with it ends with it, whatever is configured meanwhile. */
export interface Access {
  readonly client: BatchClient;
  /** Names the account that the client acts for, see {@link accountOf}. */
  readonly account: string;
  readonly baseUrl: string;
}

/** @throws {ApiError} `noKey`, or `badBaseUrl` when the address can't be trusted with the key. */
export async function accessOf({
  keys,
  accounts,
  connection,
}: Pick<CommandContext, 'keys' | 'accounts' | 'connection'>): Promise<Access> {
  await keys.settled();
  await accounts.settled();
  // In one go, so that the client and the name are of the same account.
  const client = connection.client();
  const access = connection.access();
  if (access === undefined) {
    throw new ApiError('noKey', 'there is no API key');
  }
  return { client, baseUrl: access.baseUrl, account: await accountOf(access.baseUrl, access.key) };
}

/** What a button does that may fail: it says so itself, as commands do. */
export function acting({ log, redact }: Pick<CommandContext, 'log' | 'redact'>, act: () => Promise<void>): () => void {
  return () => {
    act().catch((error: unknown) => {
      if (!isCancelled(error)) {
        log.error(asError(error).stack ?? String(error));
        showFailure(error instanceof ApiError ? error : new Error(redact(asError(error).message)));
      }
    });
  };
}
