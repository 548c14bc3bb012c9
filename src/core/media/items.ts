import { mediaNames } from './names';
import type { ResultRow } from '../results/row';

/** A video to save. */
export interface MediaItem {
  /** The line number in the result file, from 0. Identifies the item. */
  readonly line: number;
  readonly requestId?: string | undefined;
  /** Needed to renew an expired link. */
  readonly generationId?: string | undefined;
  /** The exact text from the API. It may be unsafe. */
  readonly url: string;
  /** The name of the file to write, valid on every system. */
  readonly name: string;
}

/**
 * Lists the videos of a batch, in the order of the rows.
 * @param rows All rows of the batch, because file names depend on each other.
 * @param lines The lines to list; omit to list all.
 */
export function mediaItems(rows: readonly ResultRow[], lines?: ReadonlySet<number>): MediaItem[] {
  const sources = rows.flatMap(({ line, requestId, generationId, outputUrl }) =>
    outputUrl === undefined ? [] : [{ line, requestId, generationId, outputUrl }],
  );
  const names = mediaNames(sources);
  return sources.flatMap(({ line, requestId, generationId, outputUrl }, index) => {
    const name = names[index];
    const isWanted = name !== undefined && (lines?.has(line) ?? true);
    return isWanted ? [{ line, requestId, generationId, url: outputUrl, name }] : [];
  });
}
