import type { ResultFilter, ResultSort } from './filter';
import type { Outcome, ResultRow } from './row';
import type { ResultSummary } from './summary';

/** What the extension tells the results page. Texts are in the person's language already. */
export type ToPage =
  /** The first one, and again whenever the file is read from its start: forget all rows. */
  | { readonly type: 'begin'; readonly title: string; readonly batchId: string }
  /** The batch has another name now. */
  | { readonly type: 'title'; readonly title: string }
  /** More rows, in the order of the file. */
  | { readonly type: 'rows'; readonly rows: readonly ResultRow[] }
  | {
      readonly type: 'progress';
      readonly text: string;
      readonly bytes: number;
      readonly totalBytes: number | undefined;
    }
  /** All rows are there. `missing`: requests of the batch without a line. */
  | { readonly type: 'done'; readonly summary: ResultSummary; readonly missing: number; readonly note: string }
  /** The file could not be read, or not to its end. */
  | { readonly type: 'failed'; readonly text: string }
  /** The raw line, formatted where it is JSON and not too long for it, and the inputs it names. */
  | { readonly type: 'detail'; readonly line: number; readonly text: string; readonly inputs: readonly MediaInput[] }
  /** What can be played now: the page may load it. */
  | { readonly type: 'media'; readonly line: number; readonly input: number | undefined; readonly url: string }
  /** Something about a row in words, such as a link that is gone. */
  | { readonly type: 'say'; readonly line: number; readonly text: string };

/** A video, image or sound that went into a request. */
export interface MediaInput {
  readonly kind: 'video' | 'audio' | 'image';
  readonly url: string;
  /** The address is one that may be opened and loaded. */
  readonly isSafe: boolean;
}

/** What the results page asks of the extension. Validated before it is believed. */
export type FromPage =
  /** The page listens: send everything. */
  | { readonly type: 'ready' }
  | { readonly type: 'retry' }
  | { readonly type: 'cancel' }
  | { readonly type: 'detail'; readonly line: number }
  /** Plays the output, or the input with this index. */
  | { readonly type: 'play'; readonly line: number; readonly input?: number | undefined }
  | { readonly type: 'openOutput'; readonly line: number }
  | { readonly type: 'copyOutput'; readonly line: number }
  | { readonly type: 'copyRequestId'; readonly line: number }
  | { readonly type: 'openText'; readonly line?: number | undefined }
  | { readonly type: 'saveResults' }
  /** Without lines: all that succeeded. */
  | { readonly type: 'saveMedia'; readonly lines?: readonly number[] | undefined }
  | { readonly type: 'exportFailed' };

/** What the page remembers by itself, so that it looks the same after the window was reloaded. */
export interface PageState {
  readonly batchId: string;
  readonly filter: ResultFilter;
  readonly sort: ResultSort;
  /** Line of the row that has the focus. */
  readonly current: number | undefined;
  readonly selected: readonly number[];
  /** The details are open. */
  readonly isOpen: boolean;
}

/** What a page needs to be drawn, in the person's language. */
export interface PageTexts {
  readonly outcomes: Readonly<Record<Outcome | 'missing', string>>;
  readonly problems: Readonly<Record<string, string>>;
  /** What error codes mean and what to do, by code. */
  readonly errors: Readonly<Record<string, string>>;
  readonly words: Readonly<Record<PageWord, string>>;
}

/** Names of the single texts of the page; `{0}` in them is filled in by the page. */
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
  | 'line'
  | 'lineName'
  | 'loadAgain'
  | 'loading'
  | 'meaning'
  | 'model'
  | 'nothingPasses'
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
  | 'requestId'
  | 'results'
  | 'retry'
  | 'rowsShown'
  | 'saveAll'
  | 'saveResults'
  | 'saveSelected'
  | 'status'
  | 'unplayable'
  | 'unsafeUrl';
