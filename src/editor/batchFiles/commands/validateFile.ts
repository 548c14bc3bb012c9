import { toProblems } from '../documents';
import { showStatusMessage, showMessage } from '../../shared/messages';
import { noRequestsText, soundText, unsoundText } from '../text/batchFiles';
import { batchFileOf } from './pickBatchFile';
import type { CommandContext } from '../../commandContext';

/** *Validate Batch File*: checks a file as it is in the editor now, and goes to what is wrong with it. */
export async function validateFile(context: CommandContext, argument: unknown, how?: unknown): Promise<void> {
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
      showMessage(errors > 0 ? 'error' : 'warning', unsoundText(path, counts));
    }
  } else {
    showStatusMessage(soundText(requests.length));
  }
}
