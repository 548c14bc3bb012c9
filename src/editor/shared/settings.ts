import * as vscode from 'vscode';
import { type BaseUrlFault, parseBaseUrl } from '../../core/api/http/baseUrl';
import { type BatchFileLimits, batchFileLimits } from '../../core/batchFile/schema/limits';
import type { Disposable } from '../../core/common/emitter';
import type { AutoRefreshSettings } from '../../core/batches/refresh/autoRefresh';

const section = 'syncBatches';

/**
 * The address of the API, or why it can't be used. Only the user's own settings count: the setting is declared with
 * application scope, and what a workspace says is left aside here too, since the address decides where the key goes.
 */
export function readApiBaseUrl(): { url: string } | { fault: BaseUrlFault } {
  const values = vscode.workspace.getConfiguration(section).inspect<unknown>('apiBaseUrl');
  const value = values?.globalValue ?? values?.defaultValue;
  return typeof value === 'string' ? parseBaseUrl(value) : { fault: 'notAUrl' };
}

/** When a person wants to be told of the end of batches: never, of those they marked, or of all. */
export type NotificationsSetting = 'none' | 'mine' | 'all';

export function readNotifications(): NotificationsSetting {
  const value = vscode.workspace.getConfiguration(section).get<unknown>('notifications');
  return value === 'none' || value === 'all' ? value : 'mine';
}

/** Bounds of the interval, in seconds: the same as in package.json, which the editor does not enforce. */
const shortestIntervalS = 15;
const longestIntervalS = 3_600;
const usualIntervalS = 30;

export function readAutoRefreshSettings(): AutoRefreshSettings {
  const settings = vscode.workspace.getConfiguration(section);
  const seconds = settings.get<unknown>('autoRefreshInterval');
  const interval = typeof seconds === 'number' && Number.isFinite(seconds) ? seconds : usualIntervalS;
  return {
    isAutomatic: settings.get<unknown>('autoRefresh') !== 'off',
    intervalMs: Math.min(Math.max(interval, shortestIntervalS), longestIntervalS) * 1_000,
  };
}

/** Calls the listener after the settings of the automatic refresh were changed. */
export function onDidChangeAutoRefreshSettings(listener: () => void): Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (
      event.affectsConfiguration(`${section}.autoRefresh`) ||
      event.affectsConfiguration(`${section}.autoRefreshInterval`)
    ) {
      listener();
    }
  });
}

/**
 * The limits of a batch file. Those of package.json are the documented ones, "by default"; an organization may have
 * others. The bounds are those of package.json, which the editor does not enforce.
 */
export function readBatchFileLimits(): BatchFileLimits {
  const minLines = readWhole('batchMinLines', 1, 1_000_000, batchFileLimits.minLines);
  return {
    minLines,
    maxLines: Math.max(minLines, readWhole('batchMaxLines', 1, 1_000_000, batchFileLimits.maxLines)),
    maxBytes: readWhole('batchMaxBytes', 1_000, 1_000_000_000, batchFileLimits.maxBytes),
  };
}

/** Calls the listener after a limit of batch files was changed. */
export function onDidChangeBatchFileLimits(listener: () => void): Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (limitSettings.some((name) => event.affectsConfiguration(`${section}.${name}`))) {
      listener();
    }
  });
}

const limitSettings = ['batchMinLines', 'batchMaxLines', 'batchMaxBytes'];

/** The address that sync.so is to call when a submitted batch has ended, as it was typed; empty for none. */
export function readWebhookUrl(): string {
  const values = vscode.workspace.getConfiguration(section).inspect<unknown>('webhookUrl');
  // Only the user's own: a workspace must not be told what becomes of the batches.
  const value = values?.globalValue;
  return typeof value === 'string' ? value.trim() : '';
}

function readWhole(name: string, least: number, most: number, usual: number): number {
  const values = vscode.workspace.getConfiguration(section).inspect<unknown>(name);
  const value = values?.globalValue;
  return typeof value === 'number' && Number.isSafeInteger(value) ? Math.min(Math.max(value, least), most) : usual;
}

/** Calls the listener after the address was changed. */
export function onDidChangeApiBaseUrl(listener: () => void): Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${section}.apiBaseUrl`)) {
      listener();
    }
  });
}
