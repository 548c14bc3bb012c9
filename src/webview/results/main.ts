import type { FromPage, PageState, ToPage } from '../../core/results/protocol';
import { filterRows, noResultFilter, offeredOutcomes, type ResultFilter } from '../../core/results/filter';
import { addRows, emptySummary } from '../../core/results/resultSummary';
import type { Outcome, ResultRow } from '../../core/results/row';
import { fileOrder, type ResultSort, sortRows } from '../../core/results/sort';
import type { PageTexts } from '../../editor/results/text/results';
import { columns, durationText } from './columns';
import { Details } from './details';
import { fill, make, setAttribute, soon, throttle } from './dom';
import './results.css';
import { Table } from './table';

interface Editor {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: PageState): void;
}
declare function acquireVsCodeApi(): Editor;

const editor = acquireVsCodeApi();
const send = (message: FromPage): void => editor.postMessage(message);
const texts = JSON.parse(document.getElementById('texts')?.textContent ?? '') as PageTexts;
const { words } = texts;

// The contents of the file.
let batchId = '';
let rows: ResultRow[] = [];
let summary = emptySummary;
let missing: number | undefined;
// The choices of the user.
let filter: ResultFilter = noResultFilter;
let sort: ResultSort = fileOrder;
/** The state of before a reload, until the rows are loaded again. */
let savedState = editor.getState() as PageState | undefined;

const table = new Table({
  texts,
  onMove: (row) => {
    if (row !== undefined && details.line !== undefined) {
      details.show(row);
    }
    saveStateSoon();
  },
  onOpen: () => {
    if (table.row !== undefined) {
      details.show(table.row);
      details.focus();
      saveState();
    }
  },
  onSelect: () => {
    drawActions();
    saveState();
  },
  onSort: (column) => {
    const isSame = sort.column === column && sort.direction === 'ascending';
    sort = { column, direction: isSame ? 'descending' : 'ascending' };
    drawRows();
  },
});
const details = new Details({
  texts,
  send,
  onClose: () => {
    details.hide();
    table.focus();
    saveState();
  },
});

const title = make('h1');
const note = make('p', { className: 'note' });
const progress = make('progress', { attributes: { 'aria-label': words.loading } });
const cancel = make('button', { text: words.cancel, onClick: () => send({ type: 'cancel' }) });
const reload = make('button', { text: words.reload, onClick: () => send({ type: 'reload' }) });
const status = make('p', { className: 'status', attributes: { role: 'status' } });
const chips = make('div', { className: 'chips', attributes: { role: 'group', 'aria-label': words.outcomes } });
const search = make('input', {
  attributes: {
    type: 'search',
    placeholder: words.filterPlaceholder,
    'aria-label': words.filterLabel,
    spellcheck: 'false',
  },
});
const saveMedia = make('button', { className: 'primary', onClick: sendSaveMedia });
const actions = make(
  'div',
  { className: 'actions', attributes: { role: 'toolbar', 'aria-label': words.actions } },
  saveMedia,
  make('button', { text: words.exportFailed, onClick: () => send({ type: 'exportFailed' }) }),
  make('button', { text: words.saveResults, onClick: () => send({ type: 'saveResults' }) }),
  make('button', { text: words.openText, onClick: () => send({ type: 'openText' }) }),
);

document.body.append(
  make(
    'header',
    { className: 'top' },
    title,
    note,
    make('div', { className: 'loading' }, progress, cancel, reload),
    actions,
  ),
  make('div', { className: 'filters', attributes: { role: 'search' } }, chips, search, status),
  make('main', {}, table.element, details.element),
);

search.addEventListener('input', () => {
  filter = { ...filter, text: search.value };
  drawRows();
});
search.addEventListener('keydown', (event) => {
  if (event.key === 'ArrowDown' || event.key === 'Enter') {
    event.preventDefault();
    table.focus();
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key.toLowerCase() === 'f' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    search.select();
  }
});
window.addEventListener('message', (event: MessageEvent<ToPage>) => receive(event.data));

function receive(message: ToPage): void {
  switch (message.type) {
    case 'begin':
      if (message.batchId !== batchId) {
        table.clear();
        details.hide();
      }
      batchId = message.batchId;
      rows = [];
      summary = emptySummary;
      missing = undefined;
      title.textContent = message.title;
      note.textContent = '';
      if (savedState?.batchId === batchId) {
        ({ filter, sort } = savedState);
        search.value = filter.text;
      }
      drawLoading('loading');
      drawRows();
      break;
    case 'title':
      title.textContent = message.title;
      break;
    case 'rows':
      for (const row of message.rows) {
        rows.push(row);
      }
      summary = addRows(summary, message.rows);
      drawSoon();
      break;
    case 'progress':
      note.textContent = message.text;
      if (message.totalBytes === undefined) {
        progress.removeAttribute('value');
      } else {
        progress.max = message.totalBytes;
        progress.value = message.bytes;
      }
      break;
    case 'done':
      summary = message.summary;
      missing = message.missing;
      note.textContent = message.note;
      drawLoading('done');
      drawRows();
      restore();
      break;
    case 'failed':
      note.textContent = message.text;
      drawLoading('failed');
      restore();
      break;
    case 'detail':
      details.showRaw(message.line, message.text, message.inputs);
      break;
    case 'media':
      details.play(message.line, message.input, message.url);
      break;
    case 'rowMessage':
      details.showMessage(message.line, message.text);
      break;
  }
}

function restore(): void {
  if (savedState?.batchId === batchId) {
    const { selected, current, isOpen } = savedState;
    savedState = undefined;
    table.restore(selected, current);
    if (isOpen && table.row !== undefined) {
      details.show(table.row);
    }
    drawActions();
  }
}

function sendSaveMedia(): void {
  const lines = table.selected;
  send(lines.length === 0 ? { type: 'saveMedia' } : { type: 'saveMedia', lines });
}

function drawLoading(state: 'loading' | 'done' | 'failed'): void {
  progress.hidden = state !== 'loading';
  cancel.hidden = state !== 'loading';
  reload.hidden = state === 'loading';
  reload.textContent = state === 'failed' ? words.tryAgain : words.reload;
  document.body.dataset['state'] = state;
}

/** Rows may arrive in many small messages. */
const drawSoon = throttle(drawRows, soon);

function drawRows(): void {
  const isFirst = table.isEmpty;
  const column = columns.find(({ key }) => key === sort.column);
  const matching = filterRows(rows, filter);
  const shown = column === undefined ? matching : sortRows(matching, column.sortValue, sort.direction);
  table.show(shown, sort);
  status.textContent =
    shown.length === rows.length
      ? ''
      : shown.length === 0
        ? words.noMatch
        : fill(words.rowsShown, shown.length, rows.length);
  drawChips();
  drawActions();
  saveState();
  // Only if the page has the focus: a tab that is restored in the background must not take it.
  if (isFirst && shown.length > 0 && document.hasFocus() && document.activeElement === document.body) {
    table.focus();
  }
}

/** Draws the chips: a filter button with a count for each outcome, and totals. */
function drawChips(): void {
  const parts = offeredOutcomes(summary, filter).map((outcome) => chip(outcome, summary[outcome]));
  if (missing !== undefined && missing > 0) {
    parts.push(make('span', { className: 'chip missing', text: `${texts.outcomes.missing} ${missing}` }));
  }
  if (summary.outputSeconds > 0) {
    parts.push(
      make('span', { className: 'chip sum', text: fill(words.outputSeconds, durationText(summary.outputSeconds)) }),
    );
  }
  const focused = chips.contains(document.activeElement) ? document.activeElement?.id : undefined;
  chips.replaceChildren(...parts);
  if (focused !== undefined) {
    document.getElementById(focused)?.focus();
  }
}

function chip(outcome: Outcome, count: number): HTMLElement {
  const isPressed = filter.outcomes.includes(outcome);
  return make('button', {
    className: `chip ${outcome}`,
    text: `${texts.outcomes[outcome]} ${count}`,
    attributes: { id: `chip-${outcome}`, 'aria-pressed': String(isPressed) },
    onClick: () => {
      const others = filter.outcomes.filter((each) => each !== outcome);
      filter = { ...filter, outcomes: isPressed ? others : [...others, outcome] };
      drawRows();
    },
  });
}

function drawActions(): void {
  const count = table.selected.length;
  saveMedia.textContent = count === 0 ? words.saveAll : fill(words.saveSelected, count);
  setAttribute(saveMedia, 'disabled', summary.succeeded === 0 ? '' : undefined);
}

/** The state may hold thousands of selected rows, and a key that is held down moves the focus on every frame. */
const saveStateSoon = throttle(saveState, soon);

function saveState(): void {
  if (batchId !== '' && savedState === undefined) {
    editor.setState({
      batchId,
      filter,
      sort,
      current: table.row?.line,
      selected: table.selected,
      isOpen: details.line !== undefined,
    });
  }
}

drawLoading('loading');
send({ type: 'ready' });
