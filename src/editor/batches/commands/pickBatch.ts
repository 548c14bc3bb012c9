import * as vscode from 'vscode';
import type { Batch } from '../../../core/batches/batch';
import type { LoadOutcome } from '../../../core/batches/store';
import type { BatchMetadata } from '../../../core/account/batchMetadata';
import { displayText } from '../../../core/common/displayText';
import { showMessage } from '../../shared/messages';
import { showFailure } from '../../shared/showFailure';
import { batchDescription, statusText } from '../text/batches';
import { withoutIcons } from '../../shared/plainText';
import type { CommandContext } from '../../commandContext';

/** What a command asks for when it was not called on a batch. */
export interface BatchQuestion {
  readonly placeHolder: string;
  /** Which batches the command can work on. */
  readonly qualifies: (batch: Batch) => boolean;
  /** What to say when there is none. */
  readonly noneText: string;
}

/**
 * The batch that a command is about: the one of the row it was called on, the one whose ID it was given, or else the
 * one that the person picks.
 * @returns nothing when there is none, which has then been said.
 */
export async function batchOf(
  context: CommandContext,
  argument: unknown,
  question: BatchQuestion,
): Promise<Batch | undefined> {
  const id = batchIdOf(argument);
  if (id === undefined) {
    return pickBatch(context, question);
  }
  if (!(await loaded(context))) {
    return undefined;
  }
  const batch = context.store.find(id);
  if (batch === undefined) {
    showMessage('warning', vscode.l10n.t('The batch {0} is not in the list.', displayText(id)));
  }
  return batch;
}

/** A command can be called by anybody with anything: an argument is looked at, not believed. */
function batchIdOf(argument: unknown): string | undefined {
  const id = typeof argument === 'string' ? argument : property(property(argument, 'batch'), 'id');
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

async function pickBatch(context: CommandContext, question: BatchQuestion): Promise<Batch | undefined> {
  if (!(await loaded(context))) {
    return undefined;
  }
  const candidates = context.store.batches.filter(question.qualifies);
  if (candidates.length === 0) {
    showMessage('information', question.noneText);
    return undefined;
  }
  const selected = new Set(context.view.selection.map((node) => node.batch.id));
  // The batch that is selected in the tree is the likeliest: first, and so chosen with Enter.
  const ordered = [
    ...candidates.filter((batch) => selected.has(batch.id)),
    ...candidates.filter((batch) => !selected.has(batch.id)),
  ];
  const picked = await vscode.window.showQuickPick(
    ordered.map((batch) => {
      const note = context.currentAccount.metadataOf(batch.id);
      return {
        label: withoutIcons(note.name ?? batch.id),
        description: withoutIcons(`${statusText(batch.status)} · ${batchDescription(batch, note)}`),
        batch,
      };
    }),
    { placeHolder: question.placeHolder, matchOnDescription: true },
  );
  return picked?.batch;
}

/**
 * A batch, and where something is noted of it: see {@link batchOf}. The notes are those of before the pick, since the batch
 * of one account is nothing for the notes of another one.
 */
export async function batchWithMetadata(
  context: CommandContext,
  argument: unknown,
  question: BatchQuestion,
): Promise<{ readonly batch: Batch; readonly notes: BatchMetadata } | undefined> {
  const notes = await settledNotes(context);
  const batch = await batchOf(context, argument, question);
  const isSame = context.currentAccount.current?.metadata === notes;
  return batch === undefined || notes === undefined || !isSame ? undefined : { batch, notes };
}

/** The notes of the account in use, as soon as it is settled which one that is; nothing where there is none. */
async function settledNotes({ keys, currentAccount }: CommandContext): Promise<BatchMetadata | undefined> {
  await keys.settled();
  await currentAccount.settled();
  return currentAccount.current?.metadata;
}

/** Sees to it that there is a list. @returns false when there can't be one, which has then been said. */
async function loaded(context: CommandContext): Promise<boolean> {
  const { store } = context;
  let outcome: LoadOutcome;
  do {
    await settledNotes(context);
    outcome = await store.ensureLoaded();
    // Another load took its place, for another filter or key: what there is comes with that one.
  } while (outcome.kind === 'superseded');
  if (outcome.kind === 'failed' && store.batches.length === 0) {
    showFailure(outcome.error, 'listBatches');
    return false;
  }
  return true;
}
