import { toProblems } from '../batchFiles/documents';
import { confirmQuietly, showMessage } from '../messages';
import { noRequestsText, soundText, unsoundText } from '../text/batchFiles';
import { batchFileOf } from './batchFile';
import type { CommandContext } from './context';

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
    confirmQuietly(soundText(requests.length));
  }
}
