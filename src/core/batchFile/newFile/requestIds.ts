/** In UTF-16 units. How long a request ID may be is not documented; this many were always fine to keep in other systems. */
const maxIdLength = 128;

/** Gives request IDs out, none of them twice. */
export class RequestIds {
  private readonly used = new Set<string>();
  /** The number to try next behind each ID that was asked for again. */
  private readonly nextNumbers = new Map<string, number>();

  /** @param reserved IDs that are asked for later, and are not to be made up before. */
  constructor(private readonly reserved: ReadonlySet<string> = new Set()) {}

  /** The ID itself where it was not given out yet, else with a number: `ep1`, `ep1-2`, `ep1-3`. */
  take(wanted: string): string {
    return this.give(this.used.has(wanted) ? this.withNumber(wanted) : wanted);
  }

  /** An ID made of a name. */
  make(name: string): string {
    const id = safeId(name);
    return this.give(this.isFree(id) ? id : this.withNumber(id));
  }

  private give(id: string): string {
    this.used.add(id);
    return id;
  }

  private isFree(id: string): boolean {
    return !this.used.has(id) && !this.reserved.has(id);
  }

  private withNumber(wanted: string): string {
    let number = this.nextNumbers.get(wanted) ?? 2;
    while (!this.isFree(numbered(wanted, number))) {
      number += 1;
    }
    this.nextNumbers.set(wanted, number + 1);
    return numbered(wanted, number);
  }
}

function numbered(id: string, number: number): string {
  const end = `-${number}`;
  return `${id.slice(0, Math.max(maxIdLength, id.length) - end.length)}${end}`;
}

/**
 * An ID made of a name: letters, digits, `.`, `_` and `-`, as which characters are allowed is not documented. Accents are
 * left away; what has no such characters at all becomes `request`.
 */
export function safeId(name: string): string {
  const id = name
    .slice(0, 4 * maxIdLength)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, maxIdLength)
    .replace(/^[-.]+|[-.]+$/g, '');
  return id === '' ? 'request' : id;
}
