import { findSourceMap } from 'node:module';
import * as path from 'node:path';

/**
 * Makes a stack name the lines of the sources instead of those of the bundles. Node would do so by itself, but the
 * extension host formats stacks in its own way. Mocha has made the paths relative by then.
 */
export function mapStack(stack: string): string {
  return stack.replace(/([^\s():]+\.js):(\d+):(\d+)/g, (place: string, file: string, line: string, column: string) => {
    const entry = findSourceMap(path.resolve(file))?.findEntry(Number(line) - 1, Number(column) - 1);
    if (entry === undefined || !('originalSource' in entry)) return place;
    return `${entry.originalSource.replace('file://', '')}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}
