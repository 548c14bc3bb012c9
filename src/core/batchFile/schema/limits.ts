/** What a batch file may be at most and must be at least, in requests and UTF-8 bytes. */
export interface BatchFileLimits {
  readonly minLines: number;
  readonly maxLines: number;
  readonly maxBytes: number;
}

/**
 * The limits of a batch file, as the batch guide documents them: 20 to 500 lines and 5 MB. Newer pages say "by default",
 * so an organization may have others. That a MB is a million bytes is inferred: it is the smaller of the two meanings.
 */
export const batchFileLimits: BatchFileLimits = { minLines: 20, maxLines: 500, maxBytes: 5_000_000 };

export type SizeProblem = 'tooFewLines' | 'tooManyLines' | 'tooManyBytes';

/** What the limits say about a file of so many lines and bytes. */
export function sizeProblems(
  { lines, bytes }: { readonly lines: number; readonly bytes: number },
  { minLines, maxLines, maxBytes }: BatchFileLimits = batchFileLimits,
): SizeProblem[] {
  const problems: SizeProblem[] = [];
  if (lines < minLines) {
    problems.push('tooFewLines');
  }
  if (lines > maxLines) {
    problems.push('tooManyLines');
  }
  if (bytes > maxBytes) {
    problems.push('tooManyBytes');
  }
  return problems;
}
