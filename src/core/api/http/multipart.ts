/** A part of a form: a text, or a file with its name. */
export type FormPart =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly fileName: string; readonly contentType: string; readonly bytes: Uint8Array };

/** A body that is ready to be sent: its size is known, and it can be sent as it is. */
export interface FormBody {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** How often a boundary that occurs in the content is given up for another one. */
const mostBoundaries = 100;

/**
 * Writes a form as `multipart/form-data` (RFC 7578), byte for byte as browsers do (WHATWG HTML, 4.10.21.8): by hand,
 * since a `FormData` of the platform is a stream of unknown size, whose boundary nobody compares with the content.
 *
 * @param token makes letters and digits that are unlikely to be anywhere else; called again where they are.
 * @throws {Error} where every token occurs in the content.
 */
export function multipartBody(parts: readonly FormPart[], token: () => string): FormBody {
  const contents = parts.map((part) => ('text' in part ? new TextEncoder().encode(part.text) : part.bytes));
  const boundary = freeBoundary(contents, token);
  const pieces = parts.flatMap((part, index) => [
    new TextEncoder().encode(`--${boundary}\r\n${headOf(part)}\r\n\r\n`),
    contents[index] ?? new Uint8Array(),
    new TextEncoder().encode('\r\n'),
  ]);
  pieces.push(new TextEncoder().encode(`--${boundary}--\r\n`));
  return { contentType: `multipart/form-data; boundary=${boundary}`, bytes: joined(pieces) };
}

function headOf(part: FormPart): string {
  const disposition = `Content-Disposition: form-data; name="${inQuotes(part.name)}"`;
  return 'text' in part
    ? disposition
    : `${disposition}; filename="${inQuotes(part.fileName)}"\r\nContent-Type: ${part.contentType}`;
}

/**
 * A name that can't end its quotes or its line. Quotes and line ends are written as browsers write them; so are other
 * control characters, which browsers leave as they are and servers refuse. What is not ASCII goes as UTF-8.
 */
function inQuotes(name: string): string {
  return name.replace(
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    /["\u0000-\u001f\u007f]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** A boundary that is nowhere in the content. Head lines need not be looked at: no line end gets into them. */
function freeBoundary(contents: readonly Uint8Array[], token: () => string): string {
  // ASCII is the same in every encoding that this could be, and a broken character swallows none of it.
  const texts = contents.map((content) => new TextDecoder().decode(content));
  for (let tried = 0; tried < mostBoundaries; tried++) {
    const boundary = `----${token()}`;
    if (!texts.some((text) => text.includes(boundary))) {
      return boundary;
    }
  }
  throw new Error('there is no boundary that does not occur in the content');
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}
