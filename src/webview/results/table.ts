import type { ResultSort, SortColumn } from '../../core/results/filter';
import type { PageTexts } from '../../core/results/protocol';
import type { ResultRow } from '../../core/results/row';
import { make, once, setAttribute } from './dom';

/** Height of a row in pixels, that of the head too, as in the style sheet: rows are placed by it. */
const rowHeight = 26;
/** Rows that are kept above and below those in sight. */
const margin = 10;

interface Column {
  readonly key: SortColumn;
  readonly name: string;
  readonly textOf: (row: ResultRow) => string;
}

export interface TableHost {
  texts: PageTexts;
  /** The row with the focus has changed, by the keyboard or the mouse. */
  onMove: (row: ResultRow | undefined) => void;
  /** Enter or a double click: the person wants to see all of the row. */
  onOpen: () => void;
  onSelect: () => void;
  onSort: (column: SortColumn) => void;
}

/**
 * A list of rows of which only those in sight are in the document, so that 50,000 are no more work than 50. To a screen
 * reader and to the keyboard it is a grid: arrows, Page Up and Down, Home and End move, Space selects, with Shift from
 * where the last selection began, Ctrl+A selects all, Enter opens.
 */
export class Table {
  readonly element: HTMLElement;
  private readonly columns: readonly Column[];
  private readonly headers: HTMLElement[];
  private readonly space: HTMLElement;
  private rows: readonly ResultRow[] = [];
  /** Place in `rows` of each line. */
  private places = new Map<number, number>();
  private current: number | undefined;
  private anchor = 0;
  private readonly chosen = new Set<number>();
  private readonly drawSoon = once(() => this.draw(), requestAnimationFrame);

  constructor(private readonly host: TableHost) {
    const { words } = host.texts;
    this.columns = [
      { key: 'outcome', name: words.outcome, textOf: (row) => host.texts.outcomes[row.outcome] },
      { key: 'requestId', name: words.requestId, textOf: (row) => row.requestId ?? '—' },
      { key: 'model', name: words.model, textOf: (row) => row.model ?? '' },
      { key: 'durationS', name: words.duration, textOf: (row) => durationText(row.durationS) },
      { key: 'error', name: words.error, textOf: (row) => this.errorOf(row) },
    ];
    this.headers = this.columns.map(({ key, name }, index) =>
      make(
        'div',
        { className: `cell ${key}`, attributes: { role: 'columnheader', 'aria-colindex': String(index + 1) } },
        make('button', { text: name, attributes: { tabindex: '-1' }, onClick: () => host.onSort(key) }),
      ),
    );
    const head = make(
      'div',
      { className: 'row head', attributes: { role: 'row', 'aria-rowindex': '1' } },
      ...this.headers,
    );
    this.space = make('div', { className: 'space', attributes: { role: 'rowgroup' } });
    // It scrolls itself, so that what takes the keys is what moves; the head stays at its top.
    this.element = make(
      'div',
      {
        className: 'table',
        attributes: {
          role: 'grid',
          tabindex: '0',
          'aria-label': words.results,
          'aria-multiselectable': 'true',
          'aria-colcount': String(this.columns.length),
        },
      },
      make('div', { className: 'heads', attributes: { role: 'rowgroup' } }, head),
      this.space,
    );
    this.element.addEventListener('focus', () => this.moveToSome());
    this.element.addEventListener('keydown', (event) => this.onKey(event));
    this.element.addEventListener('scroll', () => this.drawSoon());
    this.space.addEventListener('click', (event) => this.onClick(event));
    this.space.addEventListener('dblclick', () => host.onOpen());
    new ResizeObserver(() => this.drawSoon()).observe(this.element);
  }

  get isEmpty(): boolean {
    return this.rows.length === 0;
  }

  /** Lines of the selected rows, in the order of the file. */
  get selected(): number[] {
    return [...this.chosen].sort((a, b) => a - b);
  }

  /** The row with the focus. */
  get row(): ResultRow | undefined {
    return this.current === undefined ? undefined : this.rows[this.current];
  }

  /** Shows other rows, or the same in another order. Selection and focus stay with their rows, as far as shown. */
  show(rows: readonly ResultRow[], sort: ResultSort): void {
    const line = this.row?.line;
    this.rows = rows;
    this.places = new Map(rows.map((row, place) => [row.line, place]));
    this.current = line === undefined ? undefined : this.places.get(line);
    this.anchor = this.current ?? 0;
    this.headers.forEach((header, index) => {
      setAttribute(header, 'aria-sort', this.columns[index]?.key === sort.column ? sort.direction : 'none');
    });
    setAttribute(this.element, 'aria-rowcount', String(rows.length + 1));
    this.drawSoon();
    if (document.activeElement === this.element) {
      this.moveToSome();
    }
  }

  /** Selects these lines and moves to one, as they were before a reload. */
  restore(selected: readonly number[], line: number | undefined): void {
    this.chosen.clear();
    selected.forEach((each) => this.chosen.add(each));
    const place = line === undefined ? undefined : this.places.get(line);
    if (place !== undefined) {
      this.moveTo(place);
    }
    this.drawSoon();
  }

  clear(): void {
    this.chosen.clear();
    this.current = undefined;
    this.rows = [];
    this.element.scrollTop = 0;
  }

  focus(): void {
    this.element.focus();
  }

  /** Pixels in which rows can be seen. */
  private get height(): number {
    return this.element.clientHeight - rowHeight;
  }

  /** Whoever has the focus is at some row. */
  private moveToSome(): void {
    if (this.current === undefined && this.rows.length > 0) {
      this.moveTo(0);
    }
  }

  private onKey(event: KeyboardEvent): void {
    const last = this.rows.length - 1;
    const at = this.current ?? -1;
    const page = Math.max(1, Math.floor(this.height / rowHeight) - 1);
    const target: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: last,
    };
    const next = target[event.key];
    if (last < 0 || (event.altKey && next !== undefined)) {
      return;
    }
    if (next !== undefined) {
      this.moveTo(Math.min(Math.max(next, 0), last));
      if (event.shiftKey) {
        this.selectTo(this.current ?? 0);
      } else {
        this.anchor = this.current ?? 0;
      }
    } else if (event.key === ' ') {
      this.toggle(at);
    } else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
      this.rows.forEach(({ line }) => this.chosen.add(line));
      this.host.onSelect();
    } else if (event.key === 'Enter') {
      this.host.onOpen();
    } else {
      return;
    }
    event.preventDefault();
    this.drawSoon();
  }

  private onClick(event: MouseEvent): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('.row') : null;
    const place = this.places.get(Number(row?.dataset['line']));
    if (place === undefined) {
      return;
    }
    this.moveTo(place);
    if (event.shiftKey) {
      this.selectTo(place);
    } else if (event.ctrlKey || event.metaKey || (event.target as Element).closest('.mark') !== null) {
      this.toggle(place);
    } else {
      this.anchor = place;
    }
    this.drawSoon();
  }

  private moveTo(place: number): void {
    this.current = place;
    const top = place * rowHeight;
    const { height } = this;
    const { scrollTop } = this.element;
    if (top < scrollTop) {
      this.element.scrollTop = top;
    } else if (top + rowHeight > scrollTop + height) {
      this.element.scrollTop = top + rowHeight - height;
    }
    // At once, so that the focus is never on a row that is not in the document.
    this.draw();
    this.host.onMove(this.row);
  }

  private toggle(place: number): void {
    const line = this.rows[place]?.line;
    if (line !== undefined) {
      if (!this.chosen.delete(line)) {
        this.chosen.add(line);
      }
      this.anchor = place;
      this.host.onSelect();
    }
  }

  /** Selects everything from where the selection began, and nothing else. */
  private selectTo(place: number): void {
    this.chosen.clear();
    const [from, to] = this.anchor < place ? [this.anchor, place] : [place, this.anchor];
    this.rows.slice(from, to + 1).forEach(({ line }) => this.chosen.add(line));
    this.host.onSelect();
  }

  private draw(): void {
    this.space.style.height = `${this.rows.length * rowHeight}px`;
    const { scrollTop } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / rowHeight) - margin);
    const last = Math.min(this.rows.length, Math.ceil((scrollTop + this.height) / rowHeight) + margin);
    const places = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
    // The one with the focus stays in the document, wherever it is: a screen reader is at it.
    if (this.current !== undefined && (this.current < first || this.current >= last)) {
      places.push(this.current);
    }
    const old = new Map([...this.space.children].map((element) => [element.id, element as HTMLElement]));
    const fresh: number[] = [];
    for (const place of places) {
      const row = this.rows[place];
      const element = row === undefined ? undefined : old.get(idOf(row));
      if (row === undefined || element === undefined) {
        fresh.push(place);
      } else {
        old.delete(element.id);
        this.place(element, row, place);
      }
    }
    // Elements of rows that went out of sight are used for those that came: most of their texts are the same.
    const free = [...old.values()];
    for (const place of fresh) {
      const row = this.rows[place];
      if (row !== undefined) {
        const element = free.pop() ?? this.emptyRow();
        this.write(element, row);
        this.place(element, row, place);
      }
    }
    free.forEach((element) => element.remove());
    setAttribute(this.element, 'aria-activedescendant', this.row === undefined ? undefined : idOf(this.row));
  }

  private emptyRow(): HTMLElement {
    const cells = this.columns.map(({ key }, index) =>
      make(
        'div',
        { className: `cell ${key}`, attributes: { role: 'gridcell', 'aria-colindex': String(index + 1) } },
        document.createTextNode(''),
      ),
    );
    cells[0]?.prepend(make('span', { className: 'mark', attributes: { 'aria-hidden': 'true' } }));
    return make('div', { attributes: { role: 'row' } }, ...cells);
  }

  private write(element: HTMLElement, row: ResultRow): void {
    element.id = idOf(row);
    element.className = `row ${row.outcome}`;
    element.dataset['line'] = String(row.line);
    this.columns.forEach(({ key, textOf }, index) => {
      const cell = element.children[index] as HTMLElement;
      const text = textOf(row);
      if (cell.lastChild?.nodeValue !== text && cell.lastChild !== null) {
        cell.lastChild.nodeValue = text;
        if (key !== 'outcome') {
          cell.title = text;
        }
      }
    });
  }

  private place(element: HTMLElement, row: ResultRow, place: number): void {
    element.style.transform = `translateY(${place * rowHeight}px)`;
    setAttribute(element, 'aria-rowindex', String(place + 2));
    setAttribute(element, 'aria-selected', String(this.chosen.has(row.line)));
    element.classList.toggle('current', place === this.current);
    if (element.parentElement !== this.space) {
      this.space.append(element);
    }
  }

  private errorOf({ error, errorCode, problem }: ResultRow): string {
    const { problems } = this.host.texts;
    const parts = [problem === undefined ? undefined : problems[problem], error ?? errorCode];
    return parts.filter((part) => part !== undefined).join(' · ');
  }
}

/** Minutes and seconds: 1:05.3 */
export function durationText(seconds: number | undefined): string {
  if (seconds === undefined) {
    return '';
  }
  const tenths = Math.round(seconds * 10);
  const minutes = Math.floor(tenths / 600);
  return `${minutes}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}

function idOf({ line }: ResultRow): string {
  return `row-${line}`;
}
