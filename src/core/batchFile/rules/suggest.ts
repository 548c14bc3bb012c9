/**
 * The one name that was meant by a mistyped one: the same but for case, `_` and `-`, or else the only one that is as near
 * as a few typing errors. Other digits are another version and no mistake: `lipsync-3` is not `lipsync-2`. @returns undefined if no value is close, or more than one is.
 */
export function didYouMean(typed: string, names: Iterable<string>): string | undefined {
  const plainTyped = plain(typed);
  if (plainTyped === '' || plainTyped.length > maxNameLength) {
    return undefined;
  }
  let nearest: string[] = [];
  let maxDistance = plainTyped.length < 5 ? 1 : 2;
  for (const name of names) {
    if (digits(name) !== digits(typed)) {
      continue;
    }
    const distance = typingErrors(plainTyped, plain(name), maxDistance);
    if (distance < maxDistance) {
      maxDistance = distance;
      nearest = [name];
    } else if (distance === maxDistance && distance < plain(name).length / 2) {
      nearest.push(name);
    }
  }
  return nearest.length === 1 ? nearest[0] : undefined;
}

/** What is longer is no name that was mistyped, and would take long to compare. */
const maxNameLength = 60;

const plain = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[_\-\s]/g, '');

const digits = (name: string): string => name.replace(/\D/g, '');

/** Letters to add, drop, change, or swap with their neighbours; more than `atMost` where it is more. */
function typingErrors(a: string, b: string, atMost: number): number {
  if (Math.abs(a.length - b.length) > atMost) {
    return atMost + 1;
  }
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let errors = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        errors = Math.min(errors, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(errors);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? atMost + 1;
}
