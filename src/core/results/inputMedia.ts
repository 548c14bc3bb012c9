import { isRecord } from '../common/json';
import { isSafeUrl } from '../common/urls';
import type { InputMedia } from './protocol';

const kinds = ['video', 'audio', 'image'] as const;

/**
 * The input media that a result line repeats in `response.input` (the official client declares these fields). Inputs
 * without a URL, such as assets and texts, are left out.
 * @param line The parsed line, of any shape.
 */
export function inputMediaOf(line: unknown): InputMedia[] {
  const response = property(line, 'response') ?? line;
  const input = property(response, 'input');
  const items: readonly unknown[] = Array.isArray(input) ? input : [];
  return items.flatMap((item) => {
    const url = property(item, 'url');
    const kind = kinds.find((each) => each === property(item, 'type'));
    return typeof url === 'string' && kind !== undefined ? [{ kind, url, isSafe: isSafeUrl(url) }] : [];
  });
}

function property(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
