import type * as vscode from 'vscode';
import type { Keyring } from '../../core/account/apiKeys';
import type { Disposable } from '../../core/common/emitter';
import { storageKeys } from '../shared/ids';

/** The entry of the API key in VS Code's `SecretStorage`. */
export function secretStorageKeyring(secrets: vscode.SecretStorage): Keyring {
  return {
    get: () => secrets.get(storageKeys.apiKey),
    store: (value) => secrets.store(storageKeys.apiKey, value),
    delete: () => secrets.delete(storageKeys.apiKey),
  };
}

/** Fires when the entry changes, in this or another window. */
export function onDidChangeSecret(secrets: vscode.SecretStorage, listener: () => void): Disposable {
  return secrets.onDidChange(({ key }) => {
    if (key === storageKeys.apiKey) {
      listener();
    }
  });
}
