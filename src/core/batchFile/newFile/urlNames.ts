/** What a URL says about its file, read from its text alone: the URL itself is used as it came. */
export interface UrlName {
  /** Everything before the file's name. */
  readonly folder: string;
  /** The file's name without its extension, decoded. */
  readonly base: string;
  /** In lower case, without the dot; empty if the name has none. */
  readonly extension: string;
}

/** Whether the text is meant to be a URL that a server can fetch. */
export function isWebUrl(text: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(text);
}

export function nameOfUrl(url: string): UrlName {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  const nameStart = path.lastIndexOf('/') + 1;
  const name = decoded(path.slice(nameStart));
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
  const hasExtension = /^[a-z\d]{1,5}$/.test(extension);
  return {
    folder: path.slice(0, nameStart),
    base: hasExtension ? name.slice(0, dot) : name,
    extension: hasExtension ? extension : '',
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
