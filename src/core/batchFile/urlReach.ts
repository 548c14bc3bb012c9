import { isLoopback, parseUrl } from '../security/urls';
import type { PrivateHost } from './findings';

/** What is wrong with a URL that a service has to fetch or call. */
export type UrlProblem =
  | { readonly kind: 'invalid' }
  /** White space around it; without that it is this. */
  | { readonly kind: 'spaces'; readonly without: string }
  /** White space or control characters within it; escaped it is this. */
  | { readonly kind: 'unescaped'; readonly escaped: string }
  | { readonly kind: 'scheme'; readonly scheme: string }
  | { readonly kind: 'notPublic'; readonly hostname: string; readonly host: PrivateHost }
  | { readonly kind: 'credentials' }
  | { readonly kind: 'sharePage'; readonly hostname: string };

/**
 * The first thing that is wrong with a URL, the worst first. Hosts are judged as a browser understands them, so that
 * `http://0x7f.1/` is the loopback address that it is.
 */
export function urlProblem(text: string): UrlProblem | undefined {
  return plainUrl.test(text) ? undefined : closeLook(text);
}

export function isHttps(text: string): boolean {
  return /^https:/i.test(text);
}

/** Ends of names that are not in the public DNS (RFC 6761, 6762, 8375, and what home routers and companies use). */
const localSuffixes: ReadonlySet<string> = new Set([
  'local',
  'localhost',
  'internal',
  'intranet',
  'lan',
  'home',
  'corp',
  'localdomain',
]);

/** Names of which some pages are no files; looked at closely. */
const sharingHosts: ReadonlySet<string> = new Set([
  'drive.google.com',
  'docs.google.com',
  'www.dropbox.com',
  'dropbox.com',
]);

/**
 * Most URLs are of this form and need not be taken apart: a name of letters after the last dot is no address. What has to
 * be looked at closely (local names, sharing hosts, names in Punycode) is not.
 */
const plainUrl = new RegExp(
  `^https://(?!(?:${alternatives(sharingHosts)})(?:/|$))` +
    `(?:(?!xn--)[a-z\\d][a-z\\d-]*\\.)+(?!(?:${alternatives(localSuffixes)}|arpa)(?:/|$))[a-z]{2,}` +
    "(?:/[\\w\\-./~%!$&'()*+,;=:@?#]*)?$",
);

/** Of names, which have no character but the dot that means something in a pattern. */
function alternatives(names: ReadonlySet<string>): string {
  return [...names].join('|').replaceAll('.', '\\.');
}

/** The same, with the URL taken apart in any case: what tells is this, and the quick way must agree. */
export function closeLook(text: string): UrlProblem | undefined {
  const without = text.trim();
  if (without !== text && without !== '') {
    return { kind: 'spaces', without };
  }
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  // `C:\clip.mp4` is a path.
  if (scheme === undefined || scheme.length === 1) {
    return { kind: 'invalid' };
  }
  if (scheme !== 'https' && scheme !== 'http') {
    // `example.com:8080/clip.mp4` has lost its scheme.
    return scheme.includes('.') ? { kind: 'invalid' } : { kind: 'scheme', scheme };
  }
  const url = /^https?:\/\//i.test(text) ? parseUrl(text) : undefined;
  if (url === undefined) {
    return { kind: 'invalid' };
  }
  const host = privateHost(url.hostname);
  if (host !== undefined) {
    return { kind: 'notPublic', hostname: url.hostname, host };
  }
  if (url.username !== '' || url.password !== '') {
    return { kind: 'credentials' };
  }
  if (/[\s\p{Cc}]/u.test(text)) {
    return { kind: 'unescaped', escaped: text.replace(/[\s\p{Cc}]/gu, encodeURIComponent) };
  }
  return isSharePage(url) ? { kind: 'sharePage', hostname: url.hostname } : undefined;
}

function isSharePage({ hostname, pathname, searchParams }: URL): boolean {
  if (!sharingHosts.has(hostname)) {
    return false;
  }
  if (hostname.endsWith('google.com')) {
    return /^\/(?:file|document|presentation|drive|open)\b/.test(pathname) && !/\/export\b/.test(pathname);
  }
  return searchParams.get('dl') !== '1' && searchParams.get('raw') !== '1';
}

/** Why a host, as `URL` writes it, can't be reached from elsewhere. */
export function privateHost(hostname: string): PrivateHost | undefined {
  if (hostname.startsWith('[')) {
    return privateIpv6(hostname.slice(1, -1));
  }
  const name = hostname.replace(/\.$/, '');
  const parts = name.split('.');
  if (/^\d+(?:\.\d+){3}$/.test(name)) {
    return privateIpv4(parts.map(Number));
  }
  if (isLoopback(name) || parts.at(-1) === 'localhost') {
    return 'loopback';
  }
  const isLocal = parts.length === 1 || localSuffixes.has(parts.at(-1) ?? '') || name.endsWith('.home.arpa');
  return isLocal ? 'localName' : undefined;
}

function privateIpv4([a = 0, b = 0]: readonly number[]): PrivateHost | undefined {
  if (a === 127 || a === 0) {
    return 'loopback';
  }
  if (a === 169 && b === 254) {
    return 'linkLocal';
  }
  // Carrier-grade NAT (100.64.0.0/10, RFC 6598) is as private as those of RFC 1918.
  const isPrivate =
    a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b < 128);
  return isPrivate ? 'privateNetwork' : undefined;
}

function privateIpv6(address: string): PrivateHost | undefined {
  const mapped = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(address);
  if (mapped !== null) {
    const high = parseInt(mapped[1] ?? '', 16);
    return privateIpv4([high >> 8, high & 0xff]);
  }
  if (address === '::1' || address === '::') {
    return 'loopback';
  }
  if (/^fe[89ab]/.test(address)) {
    return 'linkLocal';
  }
  return /^f[cd]/.test(address) ? 'privateNetwork' : undefined;
}
