import { toProblems } from '../documents';
import { showStatusMessage, showMessage } from '../../shared/messages';
import { invalidText, noRequestsText, summaryText } from '../text/batchFiles';
import { batchFileOf, type BatchFileProvider } from './pickBatchFile';

/** *Validate Batch File*: checks the text in the editor and goes to the first problem. */
export async function validateFile(context: BatchFileProvider, argument: unknown, how?: unknown): Promise<void> {
  const document = await batchFileOf(context, argument);
  if (document === undefined) {
    return;
  }
  const files = await context.batchFiles.get();
  const { requests, errors, warnings } = files.check(document);
  const counts = { requests: requests.length, errors, warnings };
  const { path } = document.uri;
  if (requests.length === 0) {
    showMessage('information', noRequestsText(path));
  } else if (errors + warnings > 0) {
    await files.showProblems(document);
    if (how !== toProblems) {
      showMessage(errors > 0 ? 'error' : 'warning', invalidText(path, counts));
    }
  } else {
    showStatusMessage(summaryText(counts));
  }
}
