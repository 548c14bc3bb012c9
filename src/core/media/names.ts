import { parseUrl } from '../common/urls';

/** What a file is named after. */
export interface MediaSource {
  readonly requestId?: string | undefined;
  readonly generationId?: string | undefined;
  /** The line of the result file, from 0. */
  readonly line: number;
  /** Where the media come from; only the ending of its path is looked at. */
  readonly outputUrl: string;
}

/** The most bytes of a name in UTF-8, the extension counted. File systems take 255, and a partial file has a longer name. */
export const maxNameBytes = 200;

/** The service makes videos and names them `.mp4` (documented for `outputFileName`); others are taken over if they come. */
const usualExtension = '.mp4';
const mediaExtensions: ReadonlySet<string> = new Set([
  '.mp4',
  '.m4v',
  '.mov',
  '.webm',
  '.mkv',
  '.avi',
  '.mpg',
  '.mpeg',
  '.ogv',
  '.gif',
  '.mp3',
  '.m4a',
  '.wav',
  '.aac',
  '.flac',
  '.ogg',
]);

/**
 * What no system may see in a name: separators, what Windows or shells read a meaning into, control characters, those that
 * are not seen or turn the reading direction, halves of characters, and what no standard knows (yet).
 */
const unsafeCharacters = /[/\\<>:"|?*\p{C}\p{Zl}\p{Zp}]/gu;

/** Devices of Windows. They are meant with any extension too, and with blanks before it. */
const reservedName = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?: *\.| *$)/i;

/**
 * File names for media, in the order of `sources`: named after the request ID, safe on every system, and no two alike,
 * whatever their case. The same sources get the same names, in whatever order they come. Where names would be alike,
 * the first in the order of the IDs has the plain name and the others a suffix made from their ID.
 */
export function mediaNames(sources: readonly MediaSource[]): string[] {
  const ordered = sources
    .map((source, index) => ({ index, id: idOf(source), line: source.line, extension: extensionOf(source.outputUrl) }))
    .sort((a, b) => compare(a.id, b.id) || compare(a.extension, b.extension) || a.line - b.line);
  const names: string[] = new Array<string>(sources.length).fill('');
  const taken = new Set<string>();
  const take = (index: number, name: string): boolean => {
    const before = taken.size;
    taken.add(sameOnDisk(name));
    if (taken.size === before) {
      return false;
    }
    names[index] = name;
    return true;
  };
  // All plain names first, so that no suffix makes a name that is another's plain one.
  const alike = ordered.filter(({ index, id, extension }) => !take(index, safeName(id, '', extension)));
  for (const { index, id, extension } of alike) {
    for (let attempt = 0; ; attempt++) {
      if (take(index, safeName(id, `~${hash(attempt === 0 ? id : `${id}\n${attempt}`)}`, extension))) {
        break;
      }
    }
  }
  return names;
}

/** True for a name that {@link mediaNames} could have made: of a file, beside the others, on every system. */
export function isSafeName(name: string): boolean {
  return (
    name !== '' &&
    !/^[.\-\s]|[.\s]$/u.test(name) &&
    name.search(unsafeCharacters) === -1 &&
    !reservedName.test(name) &&
    name === name.normalize('NFC') &&
    byteLength(name) <= maxNameBytes
  );
}

function idOf({ requestId, generationId, line }: MediaSource): string {
  return requestId ?? generationId ?? `line-${line + 1}`;
}

function safeName(id: string, suffix: string, extension: string): string {
  const withoutExtension = id.toLowerCase().endsWith(extension) ? id.slice(0, -extension.length) : id;
  // Not more than can be left over: an ID may be of any length.
  const text = withoutExtension.slice(0, 4 * maxNameBytes).normalize('NFC');
  const clean = trimEnd(text.replace(unsafeCharacters, '_').trimStart());
  const base = clean === '' ? 'video' : clean.replace(/^[.-]/, '_');
  // A byte less, for what may come before it.
  const short = trimEnd(cutToBytes(base, maxNameBytes - byteLength(suffix + extension) - 1));
  const name = `${short}${suffix}${extension}`;
  return reservedName.test(name) ? `_${name}` : name;
}

/** Windows drops blanks and dots at the end. */
function trimEnd(text: string): string {
  return text.replace(/[.\s]+$/u, '');
}

function extensionOf(url: string): string {
  const path = parseUrl(url)?.pathname ?? '';
  const extension = (/\.[a-z\d]+$/i.exec(path)?.[0] ?? '').toLowerCase();
  return mediaExtensions.has(extension) ? extension : usualExtension;
}

/** Whole characters only. */
function cutToBytes(text: string, mostBytes: number): string {
  let bytes = 0;
  let length = 0;
  for (const character of text) {
    bytes += bytesOfCharacter(character.codePointAt(0) ?? 0);
    if (bytes > mostBytes) {
      break;
    }
    length += character.length;
  }
  return text.slice(0, length);
}

/** In UTF-8. */
function bytesOfCharacter(codePoint: number): number {
  return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
}

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** The same text for names that some file system takes for one. Through both cases: they know different pairs. */
function sameOnDisk(name: string): string {
  return name.toUpperCase().toLowerCase().normalize('NFC');
}

/** FNV-1a, 32 bits: tells IDs apart, and is the same everywhere. No secret depends on it. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const byte of encoder.encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  }
  return value.toString(16).padStart(8, '0');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
