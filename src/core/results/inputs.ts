import { isRecord } from '../common/json';
import { isSafeUrl } from '../common/urls';
import type { MediaInput } from './protocol';

const kinds = ['video', 'audio', 'image'] as const;

/**
 * The media that went into a request, as its result line repeats them: `response.input` (the fields of a generation are
 * declared by the official client). Items without a URL, such as assets and texts, are left out.
 * @param line the parsed line, whatever it is.
 */
export function inputsOf(line: unknown): MediaInput[] {
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
