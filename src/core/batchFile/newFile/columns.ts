import { isEmptyRow, type CsvRow, type CsvTable } from './csv';
import { RequestIds } from './requestIds';
import { imageModel, newFile, requestText, type InputItem, type NewFile } from './requestText';
import { isWebUrl, nameOfUrl } from './urlNames';

/** What a column can contain, in the order of the questions. */
export const columnFields = [
  'requestId',
  'video',
  'videoAssetId',
  'image',
  'imageAssetId',
  'audio',
  'audioAssetId',
  'text',
  'voice',
  'model',
  'outputFileName',
  'syncMode',
  'temperature',
  'webhookUrl',
  'projectId',
] as const;

export type ColumnField = (typeof columnFields)[number];

/** The column of each field that has one, from 0. */
export type Mapping = Readonly<Partial<Record<ColumnField, number>>>;

/** The values for rows without their own. */
export interface RowDefaults {
  /** A row with an image has `sync-3`, the only one that takes images, unless it names another one itself. */
  readonly model: string;
  /** For texts. */
  readonly voice?: string;
  readonly syncMode?: string;
  readonly temperature?: number;
  readonly webhookUrl?: string;
  readonly projectId?: string;
}

/**
 * What is wrong with a row.
 *
 * It is left out:
 * - `noVideo`: it has neither a video nor an image.
 * - `noAudio`: it has neither an audio nor a text.
 * - `noVoice`: it has a text, and there is no voice for it.
 *
 * It is in the file:
 * - `repeatedId`: its request ID was another row's before; it got a number.
 * - `notUrl`: the cell, which is taken over as it is, is no web address.
 * - `imageIgnored`: it has a video, too. `textIgnored`: it has an audio, too. `assetIdIgnored`: it has a URL, too.
 * - `notNumber`: the cell is no number, and was left out.
 * - `outputNameChanged`: the name had characters that are not allowed.
 * - `outputNameLeftOut`: it had no others.
 */
export type RowIssueCode =
  | 'noVideo'
  | 'noAudio'
  | 'noVoice'
  | 'repeatedId'
  | 'notUrl'
  | 'imageIgnored'
  | 'textIgnored'
  | 'assetIdIgnored'
  | 'notNumber'
  | 'outputNameChanged'
  | 'outputNameLeftOut';

export interface RowIssue {
  /** As a spreadsheet counts: from 1, with the head. */
  readonly row: number;
  readonly code: RowIssueCode;
  readonly isInFile: boolean;
  /** The column that it is about, from 0. */
  readonly column?: number;
}

export interface RowsFile extends NewFile {
  /** In the order of the rows. */
  readonly issues: readonly RowIssue[];
}

/**
 * Finds out from the heads of the columns what they are. Case, spaces and punctuation don't matter. A column is one field
 * at most, and a field one column.
 */
export function guessMapping(headers: readonly string[]): Mapping {
  const names = headers.map((header) => squeezed(header));
  const taken = new Set<number>();
  const mapping: Partial<Record<ColumnField, number>> = {};
  for (const field of columnFields) {
    const column = spellings[field]
      .map((spelling) => names.findIndex((name, index) => name === spelling && !taken.has(index)))
      .find((index) => index >= 0);
    if (column !== undefined) {
      taken.add(column);
      mapping[field] = column;
    }
  }
  return mapping;
}

/**
 * Makes a request of each row that is not empty. Cells are trimmed; whatever they hold, `=SUM(A1)` too, is text. Rows
 * without a request ID get one from the name of their video.
 */
export function rowsToRequests({ rows }: Pick<CsvTable, 'rows'>, mapping: Mapping, defaults: RowDefaults): RowsFile {
  const filled = rows.filter((row) => !isEmptyRow(row)).map((row) => new Row(row, mapping));
  const ids = new RequestIds(new Set(filled.flatMap((row) => row.text('requestId') ?? [])));
  const lines: string[] = [];
  for (const row of filled) {
    const line = row.request(defaults, ids);
    if (line !== undefined) {
      lines.push(line);
    }
  }
  return { ...newFile(lines), issues: filled.flatMap((row) => row.issues) };
}

/** As `squeezed` leaves them, the surest first. */
const spellings: Readonly<Record<ColumnField, readonly string[]>> = {
  requestId: ['requestid', 'reqid', 'request', 'id', 'name', 'key', 'jobid', 'job', 'customid', 'requestname'],
  video: [
    ...[
      'video',
      'videourl',
      'videouri',
      'videolink',
      'videosrc',
      'videosource',
      'videofile',
      'inputvideo',
      'videoinput',
    ],
    ...['inputvideourl', 'sourcevideo', 'sourcevideourl', 'source', 'sourceurl', 'src', 'clip', 'clipurl', 'footage'],
  ],
  videoAssetId: ['videoassetid', 'videoasset', 'assetidvideo', 'videoid'],
  image: [
    ...['image', 'imageurl', 'imageuri', 'imagelink', 'imagesrc', 'imagefile', 'inputimage', 'sourceimage', 'photo'],
    ...['photourl', 'picture', 'pictureurl', 'portrait', 'portraiturl', 'img', 'imgurl'],
  ],
  imageAssetId: ['imageassetid', 'imageasset', 'assetidimage', 'imageid'],
  audio: [
    ...[
      'audio',
      'audiourl',
      'audiouri',
      'audiolink',
      'audiosrc',
      'audiosource',
      'audiofile',
      'inputaudio',
      'audioinput',
    ],
    ...['inputaudiourl', 'sourceaudio', 'voiceover', 'voiceoverurl', 'voiceoveraudio', 'vo', 'vourl', 'dub', 'duburl'],
    ...['speech', 'speechurl', 'sound', 'soundurl', 'audiotrack', 'track', 'wav', 'mp3', 'voiceurl', 'voicefile'],
  ],
  audioAssetId: ['audioassetid', 'audioasset', 'assetidaudio', 'audioid'],
  text: [
    'text',
    'script',
    'scripttext',
    'textscript',
    'transcript',
    'speechtext',
    'ttstext',
    'tts',
    'dialogue',
    'line',
  ],
  voice: ['voiceid', 'voice', 'elevenlabsvoiceid', 'elevenlabsvoice', 'ttsvoice', 'ttsvoiceid', 'speaker', 'speakerid'],
  model: ['model', 'modelname', 'modelid', 'syncmodel'],
  outputFileName: [
    ...['outputfilename', 'outputname', 'output', 'outputfile', 'outfile', 'outname', 'filename', 'resultname'],
    ...['resultfilename', 'targetname', 'targetfilename', 'saveas'],
  ],
  syncMode: ['syncmode', 'synchronizationmode', 'durationmode', 'mode'],
  temperature: ['temperature', 'temp', 'expressiveness'],
  webhookUrl: ['webhookurl', 'webhook', 'callback', 'callbackurl', 'hook', 'hookurl'],
  projectId: ['projectid', 'project', 'syncprojectid'],
};

function squeezed(header: string): string {
  return header
    .slice(0, 200)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** A row while its request is made. */
class Row {
  readonly issues: RowIssue[] = [];

  constructor(
    private readonly source: CsvRow,
    private readonly mapping: Mapping,
  ) {}

  /** The trimmed cell; nothing where it is empty or there is none. */
  text(field: ColumnField): string | undefined {
    const column = this.mapping[field];
    const cell = column === undefined ? undefined : this.source.cells[column]?.trim();
    return cell === '' ? undefined : cell;
  }

  /** The line of the request; undefined if the row can't become a request. */
  request(defaults: RowDefaults, ids: RequestIds): string | undefined {
    const visual = this.visual();
    const sound = this.sound(defaults);
    if (visual === undefined || sound === undefined) {
      if (visual === undefined) {
        this.skip('noVideo');
      }
      return undefined;
    }
    const options = {
      sync_mode:
        this.text('syncMode')
          ?.toLowerCase()
          .replace(/[\s-]+/g, '_') ?? defaults.syncMode,
      temperature: this.number('temperature') ?? defaults.temperature,
    };
    return requestText(this.requestId(visual, ids), {
      model: this.text('model') ?? (visual.type === 'image' ? imageModel : defaults.model),
      input: [visual, sound],
      options: options.sync_mode === undefined && options.temperature === undefined ? undefined : options,
      outputFileName: this.outputFileName(),
      projectId: this.text('projectId') ?? defaults.projectId,
      webhookUrl: this.text('webhookUrl') ?? defaults.webhookUrl,
    });
  }

  private visual(): InputItem | undefined {
    const video = this.media('video', 'videoAssetId');
    if (video === undefined) {
      return this.media('image', 'imageAssetId');
    }
    const image = this.text('image') === undefined ? 'imageAssetId' : 'image';
    if (this.text(image) !== undefined) {
      this.addIssue('imageIgnored', image);
    }
    return video;
  }

  private sound({ voice }: RowDefaults): InputItem | undefined {
    const audio = this.media('audio', 'audioAssetId');
    const script = this.text('text');
    if (audio !== undefined) {
      if (script !== undefined) {
        this.addIssue('textIgnored', 'text');
      }
      return audio;
    }
    const voiceId = this.text('voice') ?? voice;
    if (script === undefined) {
      this.skip('noAudio');
      return undefined;
    }
    if (voiceId === undefined) {
      this.skip('noVoice');
      return undefined;
    }
    return { type: 'text', provider: { name: 'elevenlabs', voiceId, script } };
  }

  private media(
    type: 'video' | 'image' | 'audio',
    assetField: 'videoAssetId' | 'imageAssetId' | 'audioAssetId',
  ): InputItem | undefined {
    const url = this.text(type);
    const assetId = this.text(assetField);
    if (url === undefined) {
      return assetId === undefined ? undefined : { type, assetId };
    }
    if (assetId !== undefined) {
      this.addIssue('assetIdIgnored', assetField);
    }
    if (!isWebUrl(url)) {
      this.addIssue('notUrl', type);
    }
    return { type, url };
  }

  private requestId(visual: InputItem, ids: RequestIds): string {
    const wanted = this.text('requestId');
    if (wanted === undefined) {
      return ids.make(nameOf(visual));
    }
    const id = ids.take(wanted);
    if (id !== wanted) {
      this.addIssue('repeatedId', 'requestId');
    }
    return id;
  }

  /** In JSON's own form: no white space, no comma for the point, no other names of numbers. */
  private number(field: ColumnField): number | undefined {
    const text = this.text(field);
    if (text === undefined) {
      return undefined;
    }
    const value = /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : undefined;
    if (value === undefined) {
      this.addIssue('notNumber', field);
    }
    return value;
  }

  /** Letters, digits, `_` and `-`, up to 255, without the extension (documented). */
  private outputFileName(): string | undefined {
    const wanted = this.text('outputFileName');
    if (wanted === undefined) {
      return undefined;
    }
    const base = wanted.replace(/\.(?:mp4|mov|m4v|webm|mkv)$/i, '');
    const name = base
      .slice(0, 1000)
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .replace(/[^A-Za-z0-9_-]+/g, '_')
      .slice(0, 255);
    if (name === '' || (/^_*$/.test(name) && name !== base)) {
      this.addIssue('outputNameLeftOut', 'outputFileName');
      return undefined;
    }
    if (name !== base) {
      this.addIssue('outputNameChanged', 'outputFileName');
    }
    return name;
  }

  private skip(code: RowIssueCode): void {
    this.issues.push({ row: this.source.row, code, isInFile: false });
  }

  private addIssue(code: RowIssueCode, field: ColumnField): void {
    const column = this.mapping[field];
    this.issues.push({ row: this.source.row, code, isInFile: true, ...(column === undefined ? {} : { column }) });
  }
}

function nameOf(item: InputItem): string {
  if ('url' in item) {
    return nameOfUrl(item.url).base;
  }
  return 'assetId' in item ? item.assetId : item.provider.voiceId;
}
