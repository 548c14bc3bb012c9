import * as vscode from 'vscode';
import type { ApiKeys } from '../../../core/account/apiKeys';
import { type KeyTextFault, parseKeyText } from '../../../core/account/keyText';
import { ApiError } from '../../../core/api/http/errors';
import type { BatchStore } from '../../../core/batches/store';
import { asError, isCancelled } from '../../../core/common/errors';
import type { Log } from '../../../core/common/log';
import { errorSentence } from '../../shared/errorText';
import { links } from '../../shared/links';
import { showMessage, showStatusMessage } from '../../shared/messages';
import { showFailure } from '../../shared/showFailure';
import type { WindowEvents } from '../../sidebar/windowEvents';
import type { ClientFactory } from '../clientFactory';

interface KeyEntry {
  readonly keys: ApiKeys;
  readonly clients: ClientFactory;
  readonly store: BatchStore;
  readonly windowEvents: WindowEvents;
  readonly log: Log;
}

/** *Set API Key…*: asks for a key, checks it with one call, and stores it. */
export async function setApiKey(context: KeyEntry): Promise<void> {
  const entered = await askForKey(context);
  if (entered === undefined) {
    return;
  }
  const { key, error } = entered;
  if (error === undefined || isKeyAccepted(error)) {
    await storeKey(context, key, error);
    return;
  }
  showMessage(
    'warning',
    vscode.l10n.t('The API key could not be checked and was not stored. {0}', errorSentence(error, 'checkKey')),
    [vscode.l10n.t('Store Anyway'), () => void storeKey(context, key, undefined)],
    [vscode.l10n.t('Try Again'), () => void setApiKey(context)],
  );
}

/** A key that the user entered. */
interface EnteredKey {
  readonly key: string;
  /** The error of the check, if it failed. */
  readonly error: ApiError | undefined;
}

/**
 * Shows a masked input until the user enters a key that the server accepts or that can't be checked.
 * @returns undefined if the user presses Escape.
 */
function askForKey(context: KeyEntry): Promise<EnteredKey | undefined> {
  const input = vscode.window.createInputBox();
  const openKeysPage: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('link-external'),
    tooltip: vscode.l10n.t('Open the API Keys Page'),
  };
  input.title = vscode.l10n.t('Set the sync.so API Key');
  input.prompt = vscode.l10n.t('Create API keys at {0}. The button above opens that page.', links.apiKeys);
  input.placeholder = vscode.l10n.t('API key');
  input.password = true;
  // The user may switch to a browser or a password manager to copy the key.
  input.ignoreFocusOut = true;
  input.buttons = [openKeysPage];
  const checks = new AbortController();

  return new Promise((resolve) => {
    const accept = async (): Promise<void> => {
      const parsed = parseKeyText(input.value);
      if ('fault' in parsed) {
        input.validationMessage = keyTextFaultText(parsed.fault);
        return;
      }
      input.busy = true;
      input.enabled = false;
      input.validationMessage = undefined;
      const error = await check(context, parsed.key, checks.signal);
      if (checks.signal.aborted) {
        return;
      }
      input.busy = false;
      input.enabled = true;
      if (error?.reason === 'unauthorized') {
        input.validationMessage = vscode.l10n.t(
          'sync.so refused this key (401), so it was not stored. Check that it is complete and was not revoked.',
        );
        return;
      }
      resolve({ key: parsed.key, error });
      input.hide();
    };
    input.onDidAccept(() => void accept());
    input.onDidChangeValue((value) => {
      const parsed = parseKeyText(value);
      // An empty input is not an error until the user accepts it.
      input.validationMessage =
        'fault' in parsed && parsed.fault !== 'empty' ? keyTextFaultText(parsed.fault) : undefined;
    });
    input.onDidTriggerButton(() => void vscode.env.openExternal(vscode.Uri.parse(links.apiKeys)));
    input.onDidHide(() => {
      checks.abort();
      input.dispose();
      resolve(undefined);
    });
    input.show();
  });
}

/** @returns undefined if the server accepts the key, or else the error. */
async function check(
  { clients, keys, log }: KeyEntry,
  key: string,
  signal: AbortSignal,
): Promise<ApiError | undefined> {
  keys.mask(key);
  try {
    await clients.clientFor(key).checkKey(Date.now(), signal);
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) {
      return error;
    }
    if (!isCancelled(error, signal)) {
      log.error(`Checking the API key failed: ${asError(error).message}`);
    }
    return new ApiError('connection', asError(error).message);
  }
}

/** True for a reason for which the server checks only after it accepted the key. */
function isKeyAccepted({ reason }: ApiError): boolean {
  return reason === 'planRequired' || reason === 'rateLimited';
}

async function storeKey(
  { keys, store, windowEvents }: KeyEntry,
  key: string,
  error: ApiError | undefined,
): Promise<void> {
  const isUnchanged = keys.state.kind === 'key' && keys.state.key === key;
  const outcome = await keys.set(key);
  if (isUnchanged) {
    // The key did not change, so there is no event. But the user expects a refresh.
    windowEvents.reset();
  }
  if (error !== undefined) {
    showFailure(error, 'checkKey', () => void store.load());
  }
  if (outcome === 'stored') {
    showStatusMessage(vscode.l10n.t('API key stored'));
    return;
  }
  showMessage(
    'warning',
    vscode.l10n.t(
      'The system’s keyring did not store the API key. It is used until this window closes. To use it after that, repair the keyring or set the environment variable SYNC_API_KEY.',
    ),
  );
}

function keyTextFaultText(fault: KeyTextFault): string {
  const texts: Readonly<Record<KeyTextFault, string>> = {
    empty: vscode.l10n.t('Enter the API key, or press Escape to cancel.'),
    lineBreak: vscode.l10n.t('An API key is a single line. Copy it again without line breaks.'),
    characters: vscode.l10n.t('An API key contains no spaces, accents or control characters. Copy it again.'),
    tooLong: vscode.l10n.t('This text is too long for an API key. Copy only the key.'),
  };
  return texts[fault];
}
