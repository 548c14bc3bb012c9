import { parseUrl } from '../common/urls';

/** The values that the name of a media file is made from. */
export interface MediaSource {
  readonly requestId?: string | undefined;
  readonly generationId?: string | undefined;
  /** The line number in the result file, from 0. */
  readonly line: number;
  /** The URL of the media. Only its file extension is used. */
  readonly outputUrl: string;
}

/**
 * Maximum length of a name with its extension, in UTF-8 bytes. File systems allow 255, and part files have longer names.
 */
export const maxNameBytes = 200;

/** The service creates `.mp4` files (documented for `outputFileName`). Other media extensions are kept. */
const defaultExtension = '.mp4';
const mediaExtension = /\.(?:mp4|m4v|mov|webm|mkv|avi|mpe?g|ogv|gif|mp3|m4a|wav|aac|flac|ogg)$/i;

/**
 * Characters that must not be in a file name: separators, characters with a meaning for Windows or a shell, control and
 * invisible characters, characters that change the text direction, unpaired surrogates and unassigned characters.
 */
const unsafeCharacters = /[/\\<>:"|?*\p{C}\p{Zl}\p{Zp}]/gu;

/** Windows device names. Windows also matches them with an extension, and with spaces before it. */
const reservedName = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?: *\.| *$)/i;

/**
 * Makes file names from request IDs: valid on every system, and unique ignoring case. The names do not depend on the
 * order of the sources. If several IDs give the same name, the first ID in alphabetical order gets the plain name, and
 * the others get a suffix made from their ID.
 * @returns the names in the order of `sources`.
 */
export function mediaNames(sources: readonly MediaSource[]): string[] {
  const ordered = sources
    .map((source, index) => ({ index, id: idOf(source), line: source.line, extension: extensionOf(source.outputUrl) }))
    .sort((a, b) => compare(a.id, b.id) || compare(a.extension, b.extension) || a.line - b.line);
  const names = new Array<string>(sources.length).fill('');
  const used = new Set<string>();
  const assign = (index: number, name: string): boolean => {
    const folded = caseFolded(name);
    if (used.has(folded)) {
      return false;
    }
    used.add(folded);
    names[index] = name;
    return true;
  };
  // All plain names first, so that no name with a suffix takes the plain name of another source.
  const duplicates = ordered.filter(({ index, id, extension }) => !assign(index, safeName(id, '', extension)));
  for (const { index, id, extension } of duplicates) {
    for (let attempt = 0; ; attempt++) {
      if (assign(index, safeName(id, `~${hash(attempt === 0 ? id : `${id}\n${attempt}`)}`, extension))) {
        break;
      }
    }
  }
  return names;
}

/** Whether {@link mediaNames} could have made this name: it has no path and is valid on every system. */
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
  // Longer IDs are cut anyway. Don't normalize a text of any length.
  const text = withoutExtension.slice(0, 4 * maxNameBytes).normalize('NFC');
  const clean = trimEnd(text.replace(unsafeCharacters, '_').trimStart());
  const base = clean === '' ? 'video' : clean.replace(/^[.-]/, '_');
  // One byte less, for the underscore that may be put before it.
  const short = trimEnd(cutToBytes(base, maxNameBytes - byteLength(suffix + extension) - 1));
  const name = `${short}${suffix}${extension}`;
  return reservedName.test(name) ? `_${name}` : name;
}

/** Removes spaces and dots at the end, as Windows does. */
function trimEnd(text: string): string {
  return text.replace(/[.\s]+$/u, '');
}

function extensionOf(url: string): string {
  const [extension = defaultExtension] = mediaExtension.exec(parseUrl(url)?.pathname ?? '') ?? [];
  return extension.toLowerCase();
}

const encoder = new TextEncoder();

/** Cuts a text to a number of UTF-8 bytes, between characters. */
function cutToBytes(text: string, maxBytes: number): string {
  return text.slice(0, encoder.encodeInto(text, new Uint8Array(maxBytes)).read);
}

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/**
 * @returns the same text for names that are the same file on some file system. Folds through both cases, since file
 * systems differ in which letters they match.
 */
function caseFolded(name: string): string {
  return name.toUpperCase().toLowerCase().normalize('NFC');
}

/** FNV-1a, 32 bits. Not for secrets. */
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
