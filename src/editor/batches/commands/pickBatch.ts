import * as vscode from 'vscode';
import type { Batch } from '../../../core/batches/batch';
import type { BatchStore, LoadOutcome } from '../../../core/batches/store';
import type { ApiKeys } from '../../../core/account/apiKeys';
import type { BatchMetadata } from '../../../core/account/batchMetadata';
import type { CurrentAccount } from '../../../core/account/currentAccount';
import { displayText } from '../../../core/common/displayText';
import { isRecord } from '../../../core/common/json';
import { showMessage } from '../../shared/messages';
import { showFailure } from '../../shared/showFailure';
import { batchDescription, statusText } from '../text/batches';
import { withoutIcons } from '../../shared/plainText';
import type { BatchesView } from '../../sidebar/batchesView';

/** What a command needs to find its batch. */
export interface BatchPicker {
  readonly keys: ApiKeys;
  readonly currentAccount: CurrentAccount;
  readonly store: BatchStore;
  readonly view: BatchesView;
}

/** How to ask the user for a batch if the command was not called on one. */
export interface BatchQuestion {
  readonly placeHolder: string;
  /** True for the batches that the command accepts. */
  readonly qualifies: (batch: Batch) => boolean;
  /** The message if there is no such batch. */
  readonly noneText: string;
}

/**
 * The batch that a command works on.
 * @param argument A tree row or a batch ID. For anything else, the user picks a batch.
 * @returns undefined if there is none or the user has canceled; the user has been told.
 */
export async function batchOf(
  context: BatchPicker,
  argument: unknown,
  question: BatchQuestion,
): Promise<Batch | undefined> {
  const id = batchIdOf(argument);
  if (id === undefined) {
    return pickBatch(context, question);
  }
  if (!(await ensureList(context))) {
    return undefined;
  }
  const batch = context.store.find(id);
  if (batch === undefined) {
    showMessage('warning', vscode.l10n.t('The batch {0} is not in the list.', displayText(id)));
  }
  return batch;
}

/** Any extension can call a command with any argument, so the argument is checked. */
function batchIdOf(argument: unknown): string | undefined {
  const id = isRecord(argument) && isRecord(argument['batch']) ? argument['batch']['id'] : argument;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

async function pickBatch(context: BatchPicker, question: BatchQuestion): Promise<Batch | undefined> {
  if (!(await ensureList(context))) {
    return undefined;
  }
  const candidates = context.store.batches.filter(question.qualifies);
  if (candidates.length === 0) {
    showMessage('information', question.noneText);
    return undefined;
  }
  const selected = new Set(context.view.selection.map((node) => node.batch.id));
  // Batches that are selected in the tree come first, so that Enter chooses them.
  candidates.sort((a, b) => Number(selected.has(b.id)) - Number(selected.has(a.id)));
  const picked = await vscode.window.showQuickPick(
    candidates.map((batch) => {
      const metadata = context.currentAccount.metadataOf(batch.id);
      return {
        label: withoutIcons(metadata.name ?? batch.id),
        description: withoutIcons(`${statusText(batch.status)} · ${batchDescription(batch, metadata)}`),
        batch,
      };
    }),
    { placeHolder: question.placeHolder, matchOnDescription: true },
  );
  return picked?.batch;
}

/**
 * The batch of {@link batchOf}, and the metadata of its account.
 * @returns undefined also if the account has changed while the user was picking.
 */
export async function batchWithMetadata(
  context: BatchPicker,
  argument: unknown,
  question: BatchQuestion,
): Promise<{ readonly batch: Batch; readonly metadata: BatchMetadata } | undefined> {
  const metadata = await settledMetadata(context);
  const batch = await batchOf(context, argument, question);
  const isSame = context.currentAccount.current?.metadata === metadata;
  return batch === undefined || metadata === undefined || !isSame ? undefined : { batch, metadata };
}

/** Waits until the current account is known. @returns its metadata; undefined if there is no account. */
async function settledMetadata({ keys, currentAccount }: BatchPicker): Promise<BatchMetadata | undefined> {
  await keys.settled();
  await currentAccount.settled();
  return currentAccount.current?.metadata;
}

/** Loads the list if necessary. @returns false if that fails; the user has been told. */
async function ensureList(context: BatchPicker): Promise<boolean> {
  const { store } = context;
  let outcome: LoadOutcome;
  do {
    await settledMetadata(context);
    outcome = await store.ensureLoaded();
    // A load for another filter or key has replaced this one: wait for that.
  } while (outcome.kind === 'superseded');
  if (outcome.kind === 'failed' && store.batches.length === 0) {
    showFailure(outcome.error, 'listBatches');
    return false;
  }
  return true;
}
