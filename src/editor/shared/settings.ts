import * as vscode from 'vscode';
import { type BaseUrlFault, parseBaseUrl } from '../../core/api/http/baseUrl';
import { type BatchFileLimits, batchFileLimits } from '../../core/batchFile/schema/limits';
import type { Disposable } from '../../core/common/emitter';
import type { AutoRefreshSettings } from '../../core/batches/refresh/autoRefresh';

const section = 'syncBatches';

/**
 * The base URL of the API, or why it is not valid. It decides where the key is sent, so only user settings count: the
 * setting has application scope, and values of a workspace are ignored here too.
 */
export function readApiBaseUrl(): { url: string } | { fault: BaseUrlFault } {
  const values = vscode.workspace.getConfiguration(section).inspect<unknown>('apiBaseUrl');
  const value = values?.globalValue ?? values?.defaultValue;
  return typeof value === 'string' ? parseBaseUrl(value) : { fault: 'notAUrl' };
}

/** Which finished batches to notify the user about: none, those the user subscribed to (`mine`), or all. */
export type NotificationsSetting = 'none' | 'mine' | 'all';

export function readNotifications(): NotificationsSetting {
  const value = vscode.workspace.getConfiguration(section).get<unknown>('notifications');
  return value === 'none' || value === 'all' ? value : 'mine';
}

/** Limits of the interval, in seconds: the same as in package.json, which VS Code does not enforce. */
const minIntervalS = 15;
const maxIntervalS = 3_600;
const defaultIntervalS = 30;

export function readAutoRefreshSettings(): AutoRefreshSettings {
  const settings = vscode.workspace.getConfiguration(section);
  const seconds = settings.get<unknown>('autoRefreshInterval');
  const interval = typeof seconds === 'number' && Number.isFinite(seconds) ? seconds : defaultIntervalS;
  return {
    isAutomatic: settings.get<unknown>('autoRefresh') !== 'off',
    intervalMs: Math.min(Math.max(interval, minIntervalS), maxIntervalS) * 1_000,
  };
}

/** Fires when a setting of the automatic refresh changes. */
export function onDidChangeAutoRefreshSettings(listener: () => void): Disposable {
  return onDidChange(['autoRefresh', 'autoRefreshInterval'], listener);
}

/**
 * The limits of a batch file. The defaults are documented as "by default": an organization may have other limits. The
 * bounds are the same as in package.json, which VS Code does not enforce.
 */
export function readBatchFileLimits(): BatchFileLimits {
  const minLines = readInteger('batchMinLines', 1, 1_000_000, batchFileLimits.minLines);
  return {
    minLines,
    maxLines: Math.max(minLines, readInteger('batchMaxLines', 1, 1_000_000, batchFileLimits.maxLines)),
    maxBytes: readInteger('batchMaxBytes', 1_000, 1_000_000_000, batchFileLimits.maxBytes),
  };
}

/** Fires when a limit of batch files changes. */
export function onDidChangeBatchFileLimits(listener: () => void): Disposable {
  return onDidChange(['batchMinLines', 'batchMaxLines', 'batchMaxBytes'], listener);
}

/** The URL that sync.so calls when a submitted batch ends, as the user typed it; empty for none. */
export function readWebhookUrl(): string {
  // Only the user setting: a workspace must not receive data about batches.
  const value = userValue('webhookUrl');
  return typeof value === 'string' ? value.trim() : '';
}

function readInteger(name: string, min: number, max: number, fallback: number): number {
  const value = userValue(name);
  return typeof value === 'number' && Number.isSafeInteger(value) ? Math.min(Math.max(value, min), max) : fallback;
}

function userValue(name: string): unknown {
  return vscode.workspace.getConfiguration(section).inspect<unknown>(name)?.globalValue;
}

/** Fires when the base URL changes. */
export function onDidChangeApiBaseUrl(listener: () => void): Disposable {
  return onDidChange(['apiBaseUrl'], listener);
}

function onDidChange(names: readonly string[], listener: () => void): Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (names.some((name) => event.affectsConfiguration(`${section}.${name}`))) {
      listener();
    }
  });
}
