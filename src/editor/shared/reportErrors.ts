import { ApiError } from '../../core/api/http/errors';
import { asError, isCancelled } from '../../core/common/errors';
import type { Log } from '../../core/common/log';
import type { ApiOperation } from './errorText';
import { showFailure } from './showFailure';

/** What reporting an error needs. */
export interface ErrorReporting {
  readonly log: Log;
  /** Removes secrets from a text. */
  readonly redact: (text: string) => string;
}

/**
 * Runs an action of the user. An error is logged and shown; a cancellation is neither. Never rejects.
 * @param operation What the action asks of the API, for the text of its errors.
 * @param name What the log calls the action.
 */
export async function withErrorReport(
  { log, redact }: ErrorReporting,
  action: () => Promise<void> | void,
  operation: ApiOperation = 'other',
  name = 'action',
): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!isCancelled(error)) {
      log.error(`${name}: ${asError(error).stack ?? String(error)}`);
      showFailure(error instanceof ApiError ? error : new Error(redact(asError(error).message)), operation);
    }
  }
}

/** The action of a button, which reports its own errors. */
export function reportErrors(
  reporting: ErrorReporting,
  action: () => Promise<void>,
  operation?: ApiOperation,
): () => void {
  return () => void withErrorReport(reporting, action, operation);
}
