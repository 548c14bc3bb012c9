import { isLoopback, parseUrl } from '../../common/urls';

/** Why a base URL is not valid. */
export type BaseUrlFault = 'notAUrl' | 'scheme' | 'insecure' | 'credentials' | 'query';

/**
 * Checks the base URL, which the API key is sent to.
 * @returns the URL without a slash at the end, or the reason why it is not valid.
 */
export function parseBaseUrl(text: string): { url: string } | { fault: BaseUrlFault } {
  const url = parseUrl(text.trim());
  if (url === undefined) {
    return { fault: 'notAUrl' };
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return { fault: 'scheme' };
  }
  if (url.username !== '' || url.password !== '') {
    return { fault: 'credentials' };
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return { fault: 'insecure' };
  }
  if (url.search !== '' || url.hash !== '') {
    return { fault: 'query' };
  }
  return { url: `${url.origin}${url.pathname.replace(/\/+$/, '')}` };
}
