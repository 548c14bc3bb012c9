/** True for the names of this very machine, the only hosts that may be spoken to without TLS. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/**
 * True for every name that leads to this very machine, the unusual ones included: for what is to be refused.
 * @param hostname as `URL` writes it.
 */
export function leadsInward(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  // Addresses without a value (0.0.0.0, ::) reach this machine as well; those of IPv4 can be written as IPv6.
  return (
    isLoopback(name) ||
    name.endsWith('.localhost') ||
    name === '0.0.0.0' ||
    name === '[::]' ||
    /^\[::ffff:(?:7f[\da-f]{2}:[\da-f]+|0:0)\]$/.test(name)
  );
}

/**
 * Whether a URL that came from outside may be opened or fetched: `https:` anywhere, `http:` on this machine only.
 * None with a name or a password in it: these serve to make one host look like another.
 * The text itself is what must then be used: a signed URL does not survive being taken apart and put together again.
 */
export function isSafeUrl(text: string): boolean {
  const url = parseUrl(text);
  if (url === undefined || !/^https?:\/\//i.test(text) || /[\s\p{Cc}]/u.test(text)) {
    return false;
  }
  if (url.username !== '' || url.password !== '') {
    return false;
  }
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/** The URL, relative to `base` where there is one; nothing where the text is none. */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
