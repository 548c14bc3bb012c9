import type { FromPage, PageState, PageTexts, ToPage } from '../../core/results/protocol';
import {
  fileOrder,
  filterRows,
  noResultFilter,
  offeredOutcomes,
  type ResultFilter,
  type ResultSort,
  sortRows,
} from '../../core/results/filter';
import type { Outcome, ResultRow } from '../../core/results/row';
import { addRows, noResults } from '../../core/results/summary';
import { Details } from './details';
import { fill, make, once, setAttribute, soon } from './dom';
import './results.css';
import { durationText, Table } from './table';

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

// What is known of the file.
let batchId = '';
let rows: ResultRow[] = [];
let summary = noResults;
let missing: number | undefined;
// What the person has chosen.
let filter: ResultFilter = noResultFilter;
let sort: ResultSort = fileOrder;
/** From before a reload, until the rows are there again. */
let restored = editor.getState() as PageState | undefined;

const table = new Table({
  texts,
  onMove: (row) => {
    if (row !== undefined && details.line !== undefined) {
      details.show(row);
    }
    rememberSoon();
  },
  onOpen: () => {
    if (table.row !== undefined) {
      details.show(table.row);
      details.focus();
      remember();
    }
  },
  onSelect: () => {
    drawActions();
    remember();
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
    remember();
  },
});

const title = make('h1');
const note = make('p', { className: 'note' });
const progress = make('progress', { attributes: { 'aria-label': words.loading } });
const cancel = make('button', { text: words.cancel, onClick: () => send({ type: 'cancel' }) });
const retry = make('button', { text: words.retry, onClick: () => send({ type: 'retry' }) });
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
const saveMedia = make('button', { className: 'primary', onClick: saveVideos });
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
    make('div', { className: 'loading' }, progress, cancel, retry),
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
      summary = noResults;
      missing = undefined;
      title.textContent = message.title;
      note.textContent = '';
      if (restored?.batchId === batchId) {
        ({ filter, sort } = restored);
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
      details.tell(message.line, message.text, message.inputs);
      break;
    case 'media':
      details.play(message.line, message.input, message.url);
      break;
    case 'say':
      details.say(message.line, message.text);
      break;
  }
}

function restore(): void {
  if (restored?.batchId === batchId) {
    const { selected, current, isOpen } = restored;
    restored = undefined;
    table.restore(selected, current);
    if (isOpen && table.row !== undefined) {
      details.show(table.row);
    }
    drawActions();
  }
}

function saveVideos(): void {
  const lines = table.selected;
  send(lines.length === 0 ? { type: 'saveMedia' } : { type: 'saveMedia', lines });
}

function drawLoading(state: 'loading' | 'done' | 'failed'): void {
  progress.hidden = state !== 'loading';
  cancel.hidden = state !== 'loading';
  retry.hidden = state === 'loading';
  retry.textContent = state === 'failed' ? words.retry : words.loadAgain;
  document.body.dataset['state'] = state;
}

/** Rows arrive faster than they can be looked at. */
const drawSoon = once(drawRows, soon);

function drawRows(): void {
  const isFirst = table.isEmpty;
  const passing = filterRows(rows, filter);
  const shown =
    sort.column === 'line' ? (sort.direction === 'ascending' ? passing : passing.reverse()) : sortRows(passing, sort);
  table.show(shown, sort);
  status.textContent =
    shown.length === rows.length
      ? ''
      : shown.length === 0
        ? words.nothingPasses
        : fill(words.rowsShown, shown.length, rows.length);
  drawChips();
  drawActions();
  remember();
  // Only where the person is here already: a tab that comes back in the background must not take the focus.
  if (isFirst && shown.length > 0 && document.hasFocus() && document.activeElement === document.body) {
    table.focus();
  }
}

/** The counts of the outcomes, each of which can be pressed to see those only. */
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

/** A key that is held down moves with every frame, and what is remembered may hold thousands of selected rows. */
const rememberSoon = once(remember, soon);

function remember(): void {
  if (batchId !== '' && restored === undefined) {
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
