import * as vscode from 'vscode';
import { ApiError } from '../../../core/api/http/errors';
import type { Batch } from '../../../core/batches/batch';
import { displayText } from '../../../core/common/displayText';
import { asError } from '../../../core/common/errors';
import type { FileContent } from '../../../core/submissions/plan';
import { currentSession } from '../../account/session';
import type { ServerError } from '../../batchFiles/batchFilesInterface';
import { batchFileOf } from '../../batchFiles/commands/pickBatchFile';
import { batchesText, errorsText, requestsText } from '../../shared/counts';
import { type Button, commandButton, showLogButton, showMessage } from '../../shared/messages';
import { withProgress } from '../../shared/progress';
import { reportErrors } from '../../shared/reportErrors';
import { readBatchFileLimits } from '../../shared/settings';
import type { SubmissionContext } from '../context';
import { type ReadFile, readFile } from '../fileToSubmit';
import { locateServerErrors } from '../showServerErrors';
import { withUserMessage } from '../text/errors';
import { partText, refusedFileText } from '../text/submissions';
import { refusalText } from '../text/submitting';
import { readWebhook } from '../webhook';

/** *Dry Run Batch File*: lets sync.so check a file without creating a batch. */
export async function dryRun(context: SubmissionContext, argument: unknown): Promise<void> {
  const document = await batchFileOf(context, argument);
  if (document === undefined) {
    return;
  }
  const files = await context.batchFiles.get();
  const file = await readFile(files, document, readBatchFileLimits());
  const { fileName, checked, content, limits } = file;
  if ('kind' in content) {
    showMessage(content.kind === 'empty' ? 'information' : 'error', refusalText(fileName, content, limits));
    return;
  }
  const webhookUrl = readWebhook();
  if (webhookUrl === undefined) {
    return;
  }
  const run = (): Promise<void> => runDry(context, { ...file, content }, webhookUrl);
  if (checked.errors === 0) {
    await run();
    return;
  }
  // The rules of sync.so may be newer than ours, so the user can still ask it.
  showMessage(
    'warning',
    vscode.l10n.t('{0} has {1}. sync.so will probably refuse it.', displayText(fileName), errorsText(checked.errors)),
    [vscode.l10n.t('Show Problems'), () => files.showProblems(document)],
    [vscode.l10n.t('Dry Run Anyway'), reportErrors(context, run, 'dryRun')],
  );
}

type FileWithContent = ReadFile & { readonly content: FileContent };

interface DryRunResult {
  /** The refusals of the file itself, each with the lines of its part. */
  readonly refusals: readonly { readonly lines: readonly string[]; readonly error: ApiError }[];
  /** The error that stopped it before the other parts. */
  readonly failure: Error | undefined;
  /** The server created a batch. Then nothing more is sent to it. */
  readonly created: { readonly batch: Batch; readonly part: number } | undefined;
}

async function runDry(context: SubmissionContext, file: FileWithContent, webhookUrl: string): Promise<void> {
  const { client, account } = await currentSession(context);
  const { document, fileName } = file;
  const { hash, parts } = file.content;
  const files = await context.batchFiles.get();
  const title = vscode.l10n.t('Dry run of {0}', displayText(fileName));
  const result = await withProgress(title, async (progress, { signal }): Promise<DryRunResult> => {
    const refusals: DryRunResult['refusals'][number][] = [];
    for (const [part, { input, lines }] of parts.entries()) {
      progress.report({ message: partText(part, parts.length), increment: part === 0 ? 0 : 100 / parts.length });
      try {
        const answer = await client.validateBatch({ input, fileName, webhookUrl }, signal);
        if (answer.kind === 'created') {
          return { refusals, failure: undefined, created: { batch: answer.batch, part } };
        }
      } catch (error) {
        if (!(error instanceof ApiError) || error.reason !== 'badRequest') {
          return { refusals, failure: asError(error), created: undefined };
        }
        // Continues, so that the user sees the errors of all parts at once.
        refusals.push({ lines, error });
      }
    }
    return { refusals, failure: undefined, created: undefined };
  });
  // Checked only now: the document may have been edited meanwhile.
  const { requests } = files.check(document);
  const serverErrors = result.refusals.flatMap(({ lines, error }) =>
    locateServerErrors(requests, lines, error.details.lines ?? []),
  );
  if (result.failure === undefined || serverErrors.length > 0) {
    files.setServerErrors(document, serverErrors);
  }
  if (result.created !== undefined) {
    await showUnwantedBatch(context, account, file, webhookUrl, result.created);
  } else if (result.refusals.length > 0) {
    showRefusals(context, file, result, serverErrors);
  } else if (result.failure === undefined) {
    context.submissions.preflight.add(account, hash, { isValidated: true });
    const submit = commandButton(vscode.l10n.t('Submit…'), 'syncBatches.submitFile', document.uri);
    showMessage('information', passedText(fileName, file.checked.requests.length, parts.length), submit);
  }
  if (result.failure !== undefined) {
    throw result.failure;
  }
}

/** The server created a batch in a dry run: the user must know, and the journal records it. */
async function showUnwantedBatch(
  context: SubmissionContext,
  account: string,
  file: FileWithContent,
  webhookUrl: string,
  { batch, part }: NonNullable<DryRunResult['created']>,
): Promise<void> {
  const { submissions, view, log } = context;
  log.error(`A dry run has created a batch: ${batch.id}`);
  showMessage(
    'error',
    vscode.l10n.t(
      'The server created a batch although this was a dry run of {0}: {1}. The batch is running and will be charged, and sync.so has no way to cancel it. Contact whoever runs the server in the setting syncBatches.apiBaseUrl.',
      displayText(file.fileName),
      displayText(batch.id),
    ),
    [vscode.l10n.t('Show in List'), () => view.reveal(batch.id)],
    [vscode.l10n.t('Copy Batch ID'), () => vscode.env.clipboard.writeText(batch.id)],
  );
  await withUserMessage(submissions.recordUnwantedBatch(account, file, webhookUrl, part, batch.id));
}

function showRefusals(
  { batchFiles }: SubmissionContext,
  { document, fileName }: ReadFile,
  { refusals }: DryRunResult,
  serverErrors: readonly ServerError[],
): void {
  const messages = refusals.map(({ error }) => error.details.serverMessage).filter((text) => text !== undefined);
  const buttons: Button[] = [];
  if (serverErrors.length > 0) {
    const show = async (): Promise<void> => (await batchFiles.get()).showProblems(document);
    buttons.push([vscode.l10n.t('Show Problems'), show]);
  }
  const said = messages.length === 0 ? undefined : messages.join(' ');
  showMessage('error', refusedFileText(fileName, said), ...buttons, showLogButton());
}

/** sync.so does not say whether it checks media files in a dry run (not documented). */
function passedText(fileName: string, requests: number, parts: number): string {
  return parts === 1
    ? vscode.l10n.t(
        'Dry run passed: sync.so would accept {0} ({1}). Nothing was created. Media files may not have been checked.',
        displayText(fileName),
        requestsText(requests),
      )
    : vscode.l10n.t(
        'Dry run passed: sync.so would accept {0} ({1} in {2}). Nothing was created. Media files may not have been checked.',
        displayText(fileName),
        requestsText(requests),
        batchesText(parts),
      );
}
