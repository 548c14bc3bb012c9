import * as v from 'valibot';
import type { ResultFilter } from './filter';
import type { ResultSummary } from './resultSummary';
import type { ResultRow } from './row';
import type { ResultSort } from './sort';

/** A message from the extension to the results page. Texts are already translated. */
export type ToPage =
  /** Comes first, and again whenever the file is read from its start: drop all rows. */
  | { readonly type: 'begin'; readonly title: string; readonly batchId: string }
  /** The batch was renamed. */
  | { readonly type: 'title'; readonly title: string }
  /** More rows, in the order of the file. */
  | { readonly type: 'rows'; readonly rows: readonly ResultRow[] }
  | {
      readonly type: 'progress';
      readonly text: string;
      readonly bytes: number;
      readonly totalBytes: number | undefined;
    }
  /** All rows were sent. `missing`: number of requests without a line. `note`: where the results come from. */
  | { readonly type: 'done'; readonly summary: ResultSummary; readonly missing: number; readonly note: string }
  /** The file could not be read to its end. */
  | { readonly type: 'failed'; readonly text: string }
  /** The raw line, indented if it is JSON and not too long, and the input media that it lists. */
  | { readonly type: 'detail'; readonly line: number; readonly text: string; readonly inputs: readonly InputMedia[] }
  /** A media URL that the page may load now. `input` is the index of the input, or undefined for the output. */
  | { readonly type: 'media'; readonly line: number; readonly input: number | undefined; readonly url: string }
  /** A message about a row, such as that its video is gone. */
  | { readonly type: 'rowMessage'; readonly line: number; readonly text: string };

/** A video, image or sound that was an input of a request. */
export interface InputMedia {
  readonly kind: 'video' | 'audio' | 'image';
  readonly url: string;
  /** Whether the URL may be opened and loaded. */
  readonly isSafe: boolean;
}

const line = v.pipe(v.number(), v.integer(), v.minValue(0));
const only = <const T extends string>(type: T) => v.object({ type: v.literal(type) });
const ofLine = <const T extends string>(type: T) => v.object({ type: v.literal(type), line });

const fromPage = v.variant('type', [
  /** The page listens: send everything. */
  only('ready'),
  only('reload'),
  only('cancel'),
  ofLine('detail'),
  /** Play the output, or the input with this index. */
  v.object({ type: v.literal('play'), line, input: v.optional(line) }),
  ofLine('openOutput'),
  ofLine('copyOutput'),
  ofLine('copyRequestId'),
  v.object({ type: v.literal('openText'), line: v.optional(line) }),
  only('saveResults'),
  /** Save the media of these lines, or of all lines if there are none given. */
  v.object({ type: v.literal('saveMedia'), lines: v.optional(v.pipe(v.array(line), v.maxLength(1_000_000))) }),
  only('exportFailed'),
]);

/** A message from the results page to the extension. */
export type FromPage = v.InferOutput<typeof fromPage>;

/** Validates a message of the page, because the page shows text from the API. @returns undefined if it is not valid. */
export function parseFromPage(value: unknown): FromPage | undefined {
  const parsed = v.safeParse(fromPage, value);
  return parsed.success ? parsed.output : undefined;
}

/** The state that the page saves with the editor, so that it looks the same after a window reload. */
export interface PageState {
  readonly batchId: string;
  readonly filter: ResultFilter;
  readonly sort: ResultSort;
  /** The line of the focused row. */
  readonly current: number | undefined;
  readonly selected: readonly number[];
  /** Whether the details are open. */
  readonly isOpen: boolean;
}

const batchState = v.object({ batchId: v.pipe(v.string(), v.nonEmpty()) });

/** @returns the batch ID in the saved state of a page, or undefined if the state is invalid. */
export function batchIdOfState(value: unknown): PageState['batchId'] | undefined {
  const parsed = v.safeParse(batchState, value);
  return parsed.success ? parsed.output.batchId : undefined;
}
