import type { ResultRow } from '../../core/results/row';
import type { ResultSort } from '../../core/results/sort';
import type { PageTexts } from '../../editor/results/text/results';
import { columns } from './columns';
import { make, setAttribute, throttle } from './dom';

/** Height of a row and of the head in pixels, as in the style sheet. The script positions rows by it. */
const rowHeight = 26;
/** Number of rows in the document above and below the visible ones. */
const margin = 10;

export interface TableHost {
  texts: PageTexts;
  /** The keyboard or the mouse moved the focus to another row. */
  onMove: (row: ResultRow | undefined) => void;
  /** The user pressed Enter or double-clicked a row. */
  onOpen: () => void;
  onSelect: () => void;
  /** The user clicked a column header. */
  onSort: (column: string) => void;
}

/**
 * A table that has only the visible rows in the document, so that 50,000 rows are no slower than 50. Its columns are in
 * columns.ts. To screen readers and the keyboard it is a grid: the arrow keys, Page Up, Page Down, Home and End move,
 * Space selects a row, Shift extends the selection, Ctrl+A selects all rows and Enter opens the details.
 */
export class Table {
  readonly element: HTMLElement;
  private readonly headers: HTMLElement[];
  /** The scrolled area, as high as all rows. */
  private readonly space: HTMLElement;
  private rows: readonly ResultRow[] = [];
  /** The index in `rows` of each line. */
  private indexes = new Map<number, number>();
  /** The index of the focused row. */
  private current: number | undefined;
  /** The index of the row where the selection started. */
  private anchor = 0;
  private readonly selectedLines = new Set<number>();
  private readonly drawSoon = throttle(() => this.draw(), requestAnimationFrame);

  constructor(private readonly host: TableHost) {
    const { words } = host.texts;
    this.headers = columns.map(({ key, header }, index) =>
      make(
        'div',
        { className: `cell ${key}`, attributes: { role: 'columnheader', 'aria-colindex': String(index + 1) } },
        make('button', { text: words[header], attributes: { tabindex: '-1' }, onClick: () => host.onSort(key) }),
      ),
    );
    const head = make(
      'div',
      { className: 'row head', attributes: { role: 'row', 'aria-rowindex': '1' } },
      ...this.headers,
    );
    this.space = make('div', { className: 'space', attributes: { role: 'rowgroup' } });
    // The element with the keyboard focus is the one that scrolls. The head is sticky.
    this.element = make(
      'div',
      {
        className: 'table',
        attributes: {
          role: 'grid',
          tabindex: '0',
          'aria-label': words.results,
          'aria-multiselectable': 'true',
          'aria-colcount': String(columns.length),
        },
      },
      make('div', { className: 'heads', attributes: { role: 'rowgroup' } }, head),
      this.space,
    );
    this.element.style.setProperty('--columns', columns.map(({ width }) => width).join(' '));
    this.element.addEventListener('focus', () => this.ensureCurrent());
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
    return [...this.selectedLines].sort((a, b) => a - b);
  }

  /** The focused row. */
  get row(): ResultRow | undefined {
    return this.current === undefined ? undefined : this.rows[this.current];
  }

  /** Shows these rows in this order. Shown rows keep their selection and focus. */
  show(rows: readonly ResultRow[], sort: ResultSort): void {
    const line = this.row?.line;
    this.rows = rows;
    this.indexes = new Map(rows.map((row, index) => [row.line, index]));
    this.current = line === undefined ? undefined : this.indexes.get(line);
    this.anchor = this.current ?? 0;
    this.headers.forEach((header, index) => {
      setAttribute(header, 'aria-sort', columns[index]?.key === sort.column ? sort.direction : 'none');
    });
    setAttribute(this.element, 'aria-rowcount', String(rows.length + 1));
    this.drawSoon();
    if (document.activeElement === this.element) {
      this.ensureCurrent();
    }
  }

  /** Restores the selected lines and the focused line of before a reload. */
  restore(selected: readonly number[], line: number | undefined): void {
    this.selectedLines.clear();
    selected.forEach((each) => this.selectedLines.add(each));
    const index = line === undefined ? undefined : this.indexes.get(line);
    if (index !== undefined) {
      this.moveTo(index);
    }
    this.drawSoon();
  }

  clear(): void {
    this.selectedLines.clear();
    this.current = undefined;
    this.rows = [];
    this.element.scrollTop = 0;
  }

  focus(): void {
    this.element.focus();
  }

  /** Height of the visible rows, in pixels. */
  private get height(): number {
    return this.element.clientHeight - rowHeight;
  }

  /** Moves to the first row if no row has the focus. */
  private ensureCurrent(): void {
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
      this.rows.forEach(({ line }) => this.selectedLines.add(line));
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
    const index = this.indexes.get(Number(row?.dataset['line']));
    if (index === undefined) {
      return;
    }
    this.moveTo(index);
    if (event.shiftKey) {
      this.selectTo(index);
    } else if (event.ctrlKey || event.metaKey || (event.target as Element).closest('.mark') !== null) {
      this.toggle(index);
    } else {
      this.anchor = index;
    }
    this.drawSoon();
  }

  private moveTo(index: number): void {
    this.current = index;
    const top = index * rowHeight;
    const { height } = this;
    const { scrollTop } = this.element;
    if (top < scrollTop) {
      this.element.scrollTop = top;
    } else if (top + rowHeight > scrollTop + height) {
      this.element.scrollTop = top + rowHeight - height;
    }
    // Now, so that the focused row is always in the document.
    this.draw();
    this.host.onMove(this.row);
  }

  private toggle(index: number): void {
    const line = this.rows[index]?.line;
    if (line !== undefined) {
      if (!this.selectedLines.delete(line)) {
        this.selectedLines.add(line);
      }
      this.anchor = index;
      this.host.onSelect();
    }
  }

  /** Selects the rows from the anchor to this row, and no others. */
  private selectTo(index: number): void {
    this.selectedLines.clear();
    const [from, to] = this.anchor < index ? [this.anchor, index] : [index, this.anchor];
    this.rows.slice(from, to + 1).forEach(({ line }) => this.selectedLines.add(line));
    this.host.onSelect();
  }

  private draw(): void {
    this.space.style.height = `${this.rows.length * rowHeight}px`;
    const { scrollTop } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / rowHeight) - margin);
    const last = Math.min(this.rows.length, Math.ceil((scrollTop + this.height) / rowHeight) + margin);
    const indexes = Array.from({ length: Math.max(0, last - first) }, (_, offset) => first + offset);
    // The focused row stays in the document wherever it is, because a screen reader refers to it.
    if (this.current !== undefined && (this.current < first || this.current >= last)) {
      indexes.push(this.current);
    }
    const unused = new Map([...this.space.children].map((element) => [element.id, element as HTMLElement]));
    const missing: number[] = [];
    for (const index of indexes) {
      const row = this.rows[index];
      const element = row === undefined ? undefined : unused.get(idOf(row));
      if (row === undefined || element === undefined) {
        missing.push(index);
      } else {
        unused.delete(element.id);
        this.position(element, row, index);
      }
    }
    // Reuse the elements of rows that are out of sight.
    const free = [...unused.values()];
    for (const index of missing) {
      const row = this.rows[index];
      if (row !== undefined) {
        const element = free.pop() ?? this.makeRow();
        this.write(element, row);
        this.position(element, row, index);
      }
    }
    free.forEach((element) => element.remove());
    setAttribute(this.element, 'aria-activedescendant', this.row === undefined ? undefined : idOf(this.row));
  }

  private makeRow(): HTMLElement {
    const cells = columns.map(({ key }, index) =>
      make(
        'div',
        { className: `cell ${key}`, attributes: { role: 'gridcell', 'aria-colindex': String(index + 1) } },
        '',
      ),
    );
    cells[0]?.prepend(make('span', { className: 'mark', attributes: { 'aria-hidden': 'true' } }));
    return make('div', { attributes: { role: 'row' } }, ...cells);
  }

  private write(element: HTMLElement, row: ResultRow): void {
    element.id = idOf(row);
    element.className = `row ${row.outcome}`;
    element.dataset['line'] = String(row.line);
    columns.forEach(({ key, cellText }, index) => {
      const cell = element.children[index] as HTMLElement;
      const text = cellText(row, this.host.texts);
      if (cell.lastChild?.nodeValue !== text && cell.lastChild !== null) {
        cell.lastChild.nodeValue = text;
        if (key !== 'outcome') {
          cell.title = text;
        }
      }
    });
  }

  private position(element: HTMLElement, row: ResultRow, index: number): void {
    element.style.transform = `translateY(${index * rowHeight}px)`;
    setAttribute(element, 'aria-rowindex', String(index + 2));
    setAttribute(element, 'aria-selected', String(this.selectedLines.has(row.line)));
    element.classList.toggle('current', index === this.current);
    if (element.parentElement !== this.space) {
      this.space.append(element);
    }
  }
}

function idOf({ line }: ResultRow): string {
  return `row-${line}`;
}
