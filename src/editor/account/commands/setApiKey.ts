import * as vscode from 'vscode';
import { ApiError, type ApiErrorReason } from '../../../core/api/http/errors';
import { type KeyTextFault, parseKeyText } from '../../../core/account/keyText';
import { asError, isCancelled } from '../../../core/common/errors';
import { links } from '../../shared/links';
import { showMessage, showStatusMessage } from '../../shared/messages';
import { showFailure } from '../../shared/showFailure';
import { errorSentence } from '../../shared/errorText';
import type { CommandContext } from '../../commandContext';

/** *Set API Key…*: asks for a key, checks it with one call, and keeps it. */
export async function setApiKey(context: CommandContext): Promise<void> {
  const entered = await askForKey(context);
  if (entered === undefined) {
    return;
  }
  const { key, doubt } = entered;
  if (doubt === undefined || knowsTheKey.has(doubt.reason)) {
    await keep(context, key, doubt);
    return;
  }
  showMessage(
    'warning',
    vscode.l10n.t('The API key could not be checked, and is not stored yet. {0}', errorSentence(doubt, 'checkKey')),
    [vscode.l10n.t('Store Anyway'), () => void keep(context, key, undefined)],
    [vscode.l10n.t('Try Again'), () => void setApiKey(context)],
  );
}

/** A key that was entered, and why it could not be checked, if so. */
interface EnteredKey {
  readonly key: string;
  readonly doubt: ApiError | undefined;
}

/**
 * Shows the masked input until there is a key that the server takes or that can't be checked.
 * @returns nothing when the person escapes.
 */
function askForKey(context: CommandContext): Promise<EnteredKey | undefined> {
  const input = vscode.window.createInputBox();
  const makeKeys: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('link-external'),
    tooltip: vscode.l10n.t('Open the page where API keys are made'),
  };
  input.title = vscode.l10n.t('Set the sync.so API Key');
  input.prompt = vscode.l10n.t('API keys are made at {0}. The button above opens that page.', links.apiKeys);
  input.placeholder = vscode.l10n.t('API key');
  input.password = true;
  // The key is often fetched from a browser or a password manager.
  input.ignoreFocusOut = true;
  input.buttons = [makeKeys];
  const checks = new AbortController();

  return new Promise<EnteredKey | undefined>((resolve) => {
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
          'sync.so refused this key (401), so it was not stored. Check that it is whole and was not revoked.',
        );
        return;
      }
      resolve({ key: parsed.key, doubt: error });
      input.hide();
    };
    input.onDidAccept(() => void accept());
    input.onDidChangeValue((value) => {
      const parsed = parseKeyText(value);
      // An empty field is no mistake until it is accepted.
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

/** Asks the server whether it takes the key. @returns nothing when it does. */
async function check(
  { clients, keys, log }: CommandContext,
  key: string,
  signal: AbortSignal,
): Promise<ApiError | undefined> {
  // Before the key goes anywhere it is masked in the log and in error texts.
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

/** The server took the key and only then had an objection. */
const knowsTheKey: ReadonlySet<ApiErrorReason> = new Set(['planRequired', 'rateLimited']);

async function keep(
  { keys, store, windowEvents }: CommandContext,
  key: string,
  doubt: ApiError | undefined,
): Promise<void> {
  const unchanged = keys.state.kind === 'key' && keys.state.key === key;
  const kept = await keys.set(key);
  if (unchanged) {
    // No change of key, and so no event; but the person expects the list to be tried again.
    windowEvents.reset();
  }
  if (doubt !== undefined && knowsTheKey.has(doubt.reason)) {
    showFailure(doubt, 'checkKey', () => void store.load());
  }
  if (kept === 'stored') {
    showStatusMessage(vscode.l10n.t('API key stored'));
    return;
  }
  showMessage(
    'warning',
    vscode.l10n.t(
      'The system’s keyring did not keep the API key. It is used until this window closes. To have it at every start, set the environment variable SYNC_API_KEY, or repair the keyring.',
    ),
  );
}

function keyTextFaultText(fault: KeyTextFault): string {
  switch (fault) {
    case 'empty':
      return vscode.l10n.t('Enter the API key, or press Escape to leave everything as it is.');
    case 'lineBreak':
      return vscode.l10n.t('An API key is one line. Copy it again without line breaks.');
    case 'characters':
      return vscode.l10n.t('An API key has no spaces, accents or control characters in it. Copy it again.');
    case 'tooLong':
      return vscode.l10n.t('That is too long for an API key. Copy only the key.');
  }
}
