import { isLoopback, parseUrl } from '../../common/urls';
import type { PrivateHost } from './diagnostics';

/** What is wrong with a URL that a service has to fetch or call. */
export type UrlProblem =
  | { readonly kind: 'invalid' }
  /** White space around it; without that it is this. */
  | { readonly kind: 'spaces'; readonly without: string }
  /** Characters within it that no URL has; escaped it is this, where it is sure what is meant. */
  | { readonly kind: 'unescaped'; readonly escaped: string | undefined }
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
  if (/[\s\p{Cc}"<>\\]/u.test(text)) {
    return { kind: 'unescaped', escaped: escaped(text) };
  }
  return isSharePage(url) ? { kind: 'sharePage', hostname: url.hostname } : undefined;
}

/** What takes a URL apart drops tabs and line breaks. It takes `\` for `/`, which others don't, and a name may have one. */
function escaped(text: string): string | undefined {
  return text.includes('\\') ? undefined : text.replace(/[\t\r\n]/g, '').replace(/[\s\p{Cc}"<>]/gu, encodeURIComponent);
}

const withoutRoot = (hostname: string): string => hostname.replace(/\.$/, '');

function isSharePage({ hostname, pathname, searchParams }: URL): boolean {
  const name = withoutRoot(hostname);
  if (!sharingHosts.has(name)) {
    return false;
  }
  if (name.endsWith('google.com')) {
    return /^\/(?:file|document|presentation|drive|open)\b/.test(pathname) && !/\/export\b/.test(pathname);
  }
  return searchParams.get('dl') !== '1' && searchParams.get('raw') !== '1';
}

/** Why a host, as `URL` writes it, can't be reached from elsewhere. */
export function privateHost(hostname: string): PrivateHost | undefined {
  if (hostname.startsWith('[')) {
    return privateIpv6(hostname.slice(1, -1));
  }
  const name = withoutRoot(hostname);
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

function privateIpv4([a = 0, b = 0, c = 0]: readonly number[]): PrivateHost | undefined {
  if (a === 127 || a === 0) {
    return 'loopback';
  }
  if (a === 169 && b === 254) {
    return 'linkLocal';
  }
  // Carrier-grade NAT (100.64.0.0/10, RFC 6598) is as private as those of RFC 1918.
  const isPrivate =
    a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b < 128);
  if (isPrivate) {
    return 'privateNetwork';
  }
  // Groups, what was never given out, and what is for documents and tests (RFC 5737, 2544).
  const isReserved = a >= 224 || (a === 192 && b === 0 && c === 2) || (a === 198 && (b === 18 || b === 19));
  return isReserved ? 'reserved' : undefined;
}

/** IPv6 addresses that stand for an IPv4 one (RFC 4291, 2765, 6052, 3056). */
const embeddedIpv4 = /^(?:(?:::|::ffff:|::ffff:0:|64:ff9b::)([\da-f]+):([\da-f]+)$|2002:([\da-f]+):([\da-f]+):)/;

function privateIpv6(address: string): PrivateHost | undefined {
  const embedded = embeddedIpv4.exec(address);
  if (embedded !== null) {
    const [, high = embedded[3] ?? '', low = embedded[4] ?? ''] = embedded;
    const bits = parseInt(high, 16);
    return privateIpv4([bits >> 8, bits & 0xff, parseInt(low, 16) >> 8]);
  }
  if (address === '::1' || address === '::') {
    return 'loopback';
  }
  if (/^fe[89ab]/.test(address)) {
    return 'linkLocal';
  }
  if (/^(?:f[cd]|fe[c-f])/.test(address)) {
    return 'privateNetwork';
  }
  return address.startsWith('ff') ? 'reserved' : undefined;
}
