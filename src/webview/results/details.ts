import type { FromPage, InputMedia } from '../../core/results/protocol';
import type { ResultRow } from '../../core/results/row';
import type { PageTexts } from '../../editor/results/text/results';
import { durationText } from './columns';
import { fill, make } from './dom';

export interface DetailsHost {
  texts: PageTexts;
  send: (message: FromPage) => void;
  onClose: () => void;
}

/** The pane with the details of a row: its fields, the meaning of an error, the videos and the raw line. */
export class Details {
  readonly element: HTMLElement;
  private row: ResultRow | undefined;
  private readonly player = make('div', { className: 'players' });
  private readonly inputs = make('div', { className: 'inputs' });
  private readonly raw = make('pre', { attributes: { tabindex: '0' } });
  private readonly message = make('p', { className: 'message', attributes: { role: 'status' } });

  constructor(private readonly host: DetailsHost) {
    this.raw.setAttribute('aria-label', host.texts.words.raw);
    this.element = make('section', { className: 'details', attributes: { 'aria-label': host.texts.words.details } });
    this.element.hidden = true;
    this.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        event.preventDefault();
        host.onClose();
      }
    });
  }

  /** The line of the row that is shown. */
  get line(): number | undefined {
    return this.element.hidden ? undefined : this.row?.line;
  }

  show(row: ResultRow): void {
    if (this.row?.line === row.line && !this.element.hidden) {
      return;
    }
    this.row = row;
    for (const part of [this.player, this.inputs, this.raw, this.message]) {
      part.replaceChildren();
    }
    this.element.replaceChildren(...this.parts(row));
    this.element.hidden = false;
    this.host.send({ type: 'detail', line: row.line });
  }

  hide(): void {
    this.element.hidden = true;
    this.element.replaceChildren();
    this.row = undefined;
  }

  focus(): void {
    this.element.querySelector<HTMLElement>('h2')?.focus();
  }

  showRaw(line: number, text: string, inputs: readonly InputMedia[]): void {
    if (line === this.row?.line) {
      this.raw.textContent = text;
      this.inputs.replaceChildren(...inputs.map((input, index) => this.inputPart(line, input, index)));
    }
  }

  showMessage(line: number, text: string): void {
    if (line === this.row?.line) {
      this.message.textContent = text;
    }
  }

  play(line: number, input: number | undefined, url: string): void {
    if (line !== this.row?.line) {
      return;
    }
    const { words } = this.host.texts;
    const name = input === undefined ? words.output : fill(words.input, input + 1);
    const video = make('video', { attributes: { controls: '', preload: 'metadata', 'aria-label': name } });
    video.addEventListener('error', () => {
      this.message.textContent = words.unplayable;
    });
    video.src = url;
    const figure = make(
      'figure',
      { className: input === undefined ? 'output' : 'input' },
      video,
      make('figcaption', { text: name }),
    );
    const slot = input === undefined ? '.output' : '.input';
    this.player.querySelector(slot)?.remove();
    this.player[input === undefined ? 'prepend' : 'append'](figure);
    this.message.textContent = '';
    video.focus();
    // If autoplay is blocked, the user can press play in the controls.
    void video.play().catch(() => undefined);
  }

  private parts(row: ResultRow): HTMLElement[] {
    const { texts, send, onClose } = this.host;
    const { words } = texts;
    const { line, outputUrl } = row;
    const button = (text: string, onClick: () => void): HTMLElement => make('button', { text, onClick });
    const actions: HTMLElement[] = [];
    if (outputUrl !== undefined) {
      actions.push(
        button(words.play, () => send({ type: 'play', line })),
        button(words.openBrowser, () => send({ type: 'openOutput', line })),
        button(words.copyUrl, () => send({ type: 'copyOutput', line })),
      );
    }
    if (row.requestId !== undefined) {
      actions.push(button(words.copyId, () => send({ type: 'copyRequestId', line })));
    }
    actions.push(button(words.openText, () => send({ type: 'openText', line })));
    const { errorCode = '' } = row;
    // The code comes from the API, and may be the name of an inherited property.
    const meaning = Object.hasOwn(texts.errors, errorCode) ? texts.errors[errorCode] : undefined;
    const fields: [name: string, value: string | undefined][] = [
      [words.outcome, texts.outcomes[row.outcome]],
      [words.status, row.status],
      [words.problem, row.problem === undefined ? undefined : texts.problems[row.problem]],
      [words.error, row.error],
      [words.code, row.errorCode],
      [words.meaning, meaning],
      [words.model, row.model],
      [words.duration, durationText(row.durationS)],
      [words.created, row.createdAt === undefined ? undefined : new Date(row.createdAt).toLocaleString()],
      [words.generation, row.generationId],
      [words.lineName, String(row.line + 1)],
    ];
    const list = make('dl');
    for (const [name, value] of fields) {
      if (value !== undefined && value !== '') {
        list.append(make('dt', { text: name }), make('dd', { text: value }));
      }
    }
    return [
      make(
        'header',
        {},
        make('h2', { text: row.requestId ?? fill(words.line, row.line + 1), attributes: { tabindex: '-1' } }),
        make('button', { className: 'close', text: '×', attributes: { 'aria-label': words.close }, onClick: onClose }),
      ),
      make('div', { className: 'actions' }, ...actions),
      this.message,
      this.player,
      list,
      this.inputs,
      make('h3', { text: words.raw }),
      this.raw,
    ];
  }

  private inputPart(line: number, { kind, url, isSafe }: InputMedia, index: number): HTMLElement {
    const { texts, send } = this.host;
    const { words } = texts;
    const number = index + 1;
    const labels = {
      video: fill(words.inputVideo, number),
      audio: fill(words.inputAudio, number),
      image: fill(words.inputImage, number),
    };
    const part = make('p', {}, make('span', { text: labels[kind] }), ' ', make('code', { text: url }));
    if (!isSafe) {
      part.append(' ', make('span', { className: 'unsafe', text: words.unsafeUrl }));
    } else if (kind !== 'image') {
      part.append(
        make('button', {
          text: words.play,
          attributes: { 'aria-label': fill(words.playInput, number) },
          onClick: () => send({ type: 'play', line, input: index }),
        }),
      );
    }
    return part;
  }
}
