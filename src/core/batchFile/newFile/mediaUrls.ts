import { RequestIds } from './requestIds';
import { imageModel, newFile, requestText, type NewFile } from './requestText';
import { isWebUrl, nameOfUrl } from './urlNames';

/**
 * Why a URL is in no request:
 * - `noPartner`: nothing in the list goes with it.
 * - `ambiguous`: several videos have its name, and nothing tells which one is meant.
 * - `unknownKind`: its file is neither a video nor an image nor an audio.
 * - `notUrl`: it is not one that can be fetched from the web.
 * - `repeated`: the list has it twice; the first one counts.
 */
export type UnpairedReason = 'noPartner' | 'ambiguous' | 'unknownKind' | 'notUrl' | 'repeated';

export interface UnpairedUrl {
  readonly url: string;
  readonly reason: UnpairedReason;
}

export interface MediaFile extends NewFile {
  /** In the order of the list. */
  readonly unpaired: readonly UnpairedUrl[];
}

/**
 * Makes requests of a list of URLs, one for each audio and the video or image that goes with it:
 *
 * 1. by name: `ep1-de.wav` goes with `ep1.mp4`, and with `ep1-de.mp4` rather than with that. Case doesn't matter, nor do words
 *    that only say what a file is, as in `ep1_video.mp4` and `ep1_audio.wav`. Among equals the same folder counts, then
 *    a video before an image;
 * 2. by name the other way: `ep1-1080p.mp4` goes with `ep1.wav` where it has nothing else;
 * 3. what is left in a folder, or in the whole list, that has one audio only or one video only, goes with that.
 *
 * URLs are taken over as they came, signatures and all.
 * @param list separated by white space or commas, bare or as a program writes it, with quotes and brackets.
 */
export function requestsFromUrls(list: string, { model }: { readonly model: string }): MediaFile {
  const { media, unpaired } = readList(list);
  const visuals = media.filter(({ kind }) => kind !== 'audio');
  const audios = media.filter(({ kind }) => kind === 'audio');
  const pairing = new Pairing();
  pairByName(pairing, audios, visuals);
  pairByNameOfAudio(pairing, audios, visuals);
  const inFolders = groupedBy(media, ({ folder }) => folder);
  for (const group of [...inFolders.values(), media]) {
    pairWithTheOnlyOne(pairing, group);
  }
  for (const each of media) {
    if (!pairing.isPaired(each)) {
      unpaired.push({
        place: each.place,
        url: each.url,
        reason: pairing.isAmbiguous(each) ? 'ambiguous' : 'noPartner',
      });
    }
  }
  return {
    ...newFile(requestLines(pairing, audios, model)),
    unpaired: unpaired.sort((a, b) => a.place - b.place).map(({ url, reason }) => ({ url, reason })),
  };
}

type Kind = 'video' | 'image' | 'audio';

interface Media {
  readonly url: string;
  /** In the list. */
  readonly place: number;
  readonly kind: Kind;
  readonly folder: string;
  readonly base: string;
  /** The words of the base name that tell files apart, in lower case, with `-` between them. */
  readonly key: string;
}

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...['mp4', 'mov', 'webm', 'mkv', 'm4v', 'avi', 'mxf'].map((each) => [each, 'video'] as const),
  ...['wav', 'mp3', 'm4a', 'aac', 'flac', 'ogg', 'opus'].map((each) => [each, 'audio'] as const),
  ...['png', 'jpg', 'jpeg', 'webp'].map((each) => [each, 'image'] as const),
]);

function readList(list: string): { media: Media[]; unpaired: (UnpairedUrl & { readonly place: number })[] } {
  const media: Media[] = [];
  const unpaired: (UnpairedUrl & { readonly place: number })[] = [];
  const seen = new Set<string>();
  urlsOf(list).forEach((url, place) => {
    const { folder, base, extension } = nameOfUrl(url);
    const kind = kinds.get(extension);
    if (seen.has(url)) {
      unpaired.push({ place, url, reason: 'repeated' });
    } else if (!isWebUrl(url)) {
      unpaired.push({ place, url, reason: 'notUrl' });
    } else if (kind === undefined) {
      unpaired.push({ place, url, reason: 'unknownKind' });
    } else {
      media.push({ url, place, kind, folder, base, key: keyOf(base) });
    }
    seen.add(url);
  });
  return { media, unpaired };
}

/**
 * A comma may be a part of a URL: it separates where it is followed by another URL or white space. What is never in one
 * separates anywhere.
 */
function urlsOf(list: string): string[] {
  return list
    .split(/[\s"<>]+|[,;](?='?https?:\/\/)/i)
    .map(withoutPunctuation)
    .filter((each) => each !== '');
}

/** Without what people and programs put around a URL in a list. */
function withoutPunctuation(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && "',;:[({])}".includes(text.charAt(start))) {
    start += 1;
  }
  const opening = text.slice(0, start);
  // Behind the closing quote there may be the brackets of the list.
  const quote = opening.endsWith("'") ? text.lastIndexOf("'") : -1;
  end = quote > start ? quote : end;
  const closing = closingOf(opening);
  while (end > start && closing.includes(text.charAt(end - 1))) {
    end -= 1;
  }
  return text.slice(start, end);
}

/** A bracket or quote at the end is only left away where one was opened. */
function closingOf(opening: string): string {
  const pairs = ["''", '[]', '()'];
  return `,;${pairs.flatMap(([open = '', close = '']) => (opening.includes(open) ? close : [])).join('')}`;
}

/** Words that say what a file is, not of what. */
const wordsOfKinds = new Set('video vid audio aud voice voiceover vo dub track image img photo picture'.split(' '));

function keyOf(base: string): string {
  const words = base
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '');
  const distinctive = words.filter((word) => !wordsOfKinds.has(word));
  return (distinctive.length > 0 ? distinctive : words).join('-');
}

/** No file is named longer than this in characters; a longer name is not taken apart, which could take long. */
const maxNameLength = 1024;

/** The key itself and all that it begins with, at the borders of its words, the longest first. */
function* beginningsOf(key: string): Generator<string> {
  yield key;
  if (key.length <= maxNameLength) {
    for (let end = key.lastIndexOf('-'); end > 0; end = key.lastIndexOf('-', end - 1)) {
      yield key.slice(0, end);
    }
  }
}

/** What goes with what, while it is found out. */
class Pairing {
  private readonly visualsOfAudios = new Map<Media, Set<Media>>();
  private readonly paired = new Set<Media>();
  private readonly ambiguous = new Set<Media>();
  private readonly doubtfulGroups = new Set<readonly Media[]>();

  pair(audio: Media, visual: Media): void {
    const visuals = this.visualsOfAudios.get(audio) ?? new Set();
    this.visualsOfAudios.set(audio, visuals.add(visual));
    this.paired.add(audio).add(visual);
  }

  /** @param group several audios may come upon the same one, which can be large. */
  doubt(group: readonly Media[]): void {
    if (!this.doubtfulGroups.has(group)) {
      this.doubtfulGroups.add(group);
      group.forEach((each) => this.ambiguous.add(each));
    }
  }

  isPaired(media: Media): boolean {
    return this.paired.has(media);
  }

  isAmbiguous(media: Media): boolean {
    return this.ambiguous.has(media);
  }

  visualsOf(audio: Media): readonly Media[] {
    return [...(this.visualsOfAudios.get(audio) ?? [])].sort((a, b) => a.place - b.place);
  }
}

function pairByName(pairing: Pairing, audios: readonly Media[], visuals: readonly Media[]): void {
  const byKey = groupedBy(visuals, ({ key }) => key);
  for (const audio of audios) {
    const candidates = longestOf(byKey, audio.key);
    const [best, ...others] = nearest(candidates, audio);
    if (best !== undefined && others.length === 0) {
      pairing.pair(audio, best);
    } else {
      pairing.doubt(candidates);
      pairing.doubt(best === undefined ? [] : [audio]);
    }
  }
}

function pairByNameOfAudio(pairing: Pairing, audios: readonly Media[], visuals: readonly Media[]): void {
  const byKey = groupedBy(audios, ({ key }) => key);
  for (const visual of visuals) {
    if (pairing.isPaired(visual) || pairing.isAmbiguous(visual)) {
      continue;
    }
    const [best, ...others] = nearest(longestOf(byKey, visual.key), visual);
    // What has the very name of a video is that one's. So is an audio that several videos could be meant by.
    if (best !== undefined && others.length === 0 && best.key !== visual.key) {
      pairing.pair(best, visual);
    }
  }
}

function longestOf(byKey: ReadonlyMap<string, readonly Media[]>, key: string): readonly Media[] {
  for (const beginning of beginningsOf(key)) {
    const found = byKey.get(beginning);
    if (found !== undefined) {
      return found;
    }
  }
  return [];
}

/** Those that fit best; several where nothing tells them apart. */
function nearest(candidates: readonly Media[], media: Media): readonly Media[] {
  const rank = ({ folder, kind }: Media): number => (folder === media.folder ? 0 : 2) + (kind === 'image' ? 1 : 0);
  const best = candidates.reduce((least, each) => Math.min(least, rank(each)), Infinity);
  return candidates.filter((each) => rank(each) === best);
}

function pairWithTheOnlyOne(pairing: Pairing, group: readonly Media[]): void {
  const audios = group.filter(({ kind }) => kind === 'audio');
  const visuals = group.filter(({ kind }) => kind !== 'audio');
  const [onlyAudio] = audios;
  const [onlyVisual] = visuals;
  if (onlyVisual !== undefined && visuals.length === 1) {
    audios.filter((each) => !pairing.isPaired(each)).forEach((each) => pairing.pair(each, onlyVisual));
  } else if (onlyAudio !== undefined && audios.length === 1) {
    visuals.filter((each) => !pairing.isPaired(each)).forEach((each) => pairing.pair(onlyAudio, each));
  }
}

/** In the order of the audios; IDs have the audio's name, and the video's where one audio goes with several. */
function requestLines(pairing: Pairing, audios: readonly Media[], model: string): string[] {
  const ids = new RequestIds();
  return audios.flatMap((audio) => {
    const visuals = pairing.visualsOf(audio);
    return visuals.map((visual) => {
      const id = ids.make(visuals.length > 1 ? `${audio.base}-${visual.base}` : audio.base);
      return requestText(id, {
        model: visual.kind === 'image' ? imageModel : model,
        input: [
          { type: visual.kind, url: visual.url },
          { type: 'audio', url: audio.url },
        ],
      });
    });
  });
}

function groupedBy<T>(items: readonly T[], keyOfItem: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOfItem(item);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [item]);
    } else {
      group.push(item);
    }
  }
  return groups;
}
