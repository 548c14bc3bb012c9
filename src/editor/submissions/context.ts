import type { SubmissionService } from '../../core/submissions/service';
import type { SessionSource } from '../account/session';
import type { LazyBatchFiles } from '../batchFiles/lazyBatchFiles';
import type { ErrorReporting } from '../shared/reportErrors';

/** What the commands about submissions need. */
export interface SubmissionContext extends SessionSource, ErrorReporting {
  readonly submissions: SubmissionService;
  readonly batchFiles: LazyBatchFiles;
  readonly view: { reveal(batchId: string): Promise<void> };
}
