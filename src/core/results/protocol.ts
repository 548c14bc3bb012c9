import type { ResultFilter } from './filter';
import type { ResultSummary } from './resultSummary';
import type { Outcome, ResultRow } from './row';
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

/** A message from the results page to the extension, which validates it first. */
export type FromPage =
  /** The page listens: send everything. */
  | { readonly type: 'ready' }
  | { readonly type: 'reload' }
  | { readonly type: 'cancel' }
  | { readonly type: 'detail'; readonly line: number }
  /** Play the output, or the input with this index. */
  | { readonly type: 'play'; readonly line: number; readonly input?: number | undefined }
  | { readonly type: 'openOutput'; readonly line: number }
  | { readonly type: 'copyOutput'; readonly line: number }
  | { readonly type: 'copyRequestId'; readonly line: number }
  | { readonly type: 'openText'; readonly line?: number | undefined }
  | { readonly type: 'saveResults' }
  /** Save the media of these lines, or of all lines if there are none given. */
  | { readonly type: 'saveMedia'; readonly lines?: readonly number[] | undefined }
  | { readonly type: 'exportFailed' };

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

/** The translated texts of the page. */
export interface PageTexts {
  readonly outcomes: Readonly<Record<Outcome | 'missing', string>>;
  readonly problems: Readonly<Record<string, string>>;
  /** What an error code means and what to do about it, by code. */
  readonly errors: Readonly<Record<string, string>>;
  readonly words: Readonly<Record<PageWord, string>>;
}

/** The names of single texts of the page. The page fills in placeholders such as `{0}`. */
export type PageWord =
  | 'actions'
  | 'cancel'
  | 'close'
  | 'code'
  | 'copyId'
  | 'copyUrl'
  | 'created'
  | 'details'
  | 'duration'
  | 'error'
  | 'exportFailed'
  | 'filterLabel'
  | 'filterPlaceholder'
  | 'generation'
  | 'input'
  | 'inputAudio'
  | 'inputImage'
  | 'inputVideo'
  | 'line'
  | 'lineName'
  | 'loading'
  | 'meaning'
  | 'model'
  | 'noMatch'
  | 'openBrowser'
  | 'openText'
  | 'outcome'
  | 'outcomes'
  | 'output'
  | 'outputSeconds'
  | 'play'
  | 'playInput'
  | 'problem'
  | 'raw'
  | 'reload'
  | 'requestId'
  | 'results'
  | 'rowsShown'
  | 'saveAll'
  | 'saveResults'
  | 'saveSelected'
  | 'status'
  | 'tryAgain'
  | 'unplayable'
  | 'unsafeUrl';
