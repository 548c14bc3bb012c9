import { mediaNames } from './names';
import type { ResultRow } from '../results/row';

/** A video that is to be saved. */
export interface MediaItem {
  /** The line of the result file, from 0: tells items apart. */
  readonly line: number;
  readonly requestId?: string | undefined;
  /** Without it, an expired link can't be renewed. */
  readonly generationId?: string | undefined;
  /** The exact text that came; it need not be a safe one. */
  readonly url: string;
  /** Of the file that it is to be, safe on every system. */
  readonly name: string;
}

/**
 * The videos of a batch, in the order of the rows.
 * @param rows all rows of the batch, since names depend on what other names there are.
 * @param lines the lines of those that are wanted; without them all.
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
