/** True for the names of this computer, the only hosts allowed without TLS. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/**
 * True for every name that leads to this computer, including unusual ones. Use it to refuse hosts.
 * @param hostname As normalized by `URL`.
 */
export function leadsToThisComputer(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  // 0.0.0.0 and :: reach this computer too. IPv4 addresses can be written as IPv6.
  return (
    isLoopback(name) ||
    name.endsWith('.localhost') ||
    name === '0.0.0.0' ||
    name === '[::]' ||
    /^\[::ffff:(?:7f[\da-f]{2}:[\da-f]+|0:0)\]$/.test(name)
  );
}

/**
 * Whether a URL from outside may be opened or fetched: `https:` anywhere, `http:` on this computer only. URLs with a user
 * name or a password are refused, because they can disguise the host. Use the text itself: normalizing a signed URL
 * breaks its signature.
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

/** Parses a URL, relative to `base` if given. @returns undefined if the text is not a URL. */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
