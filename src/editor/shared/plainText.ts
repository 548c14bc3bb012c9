import { displayText } from '../../core/common/displayText';

/** A zero-width space. It keeps the characters around it from having a special meaning together. */
const separator = '\u200b';

/**
 * A text for a notification. VS Code turns `[label](address)` into a link, even a `command:` link, which text from outside
 * must not create. In progress notifications it removes `$(name)` before it looks for links, so that is broken up too.
 */
export function withoutLinks(text: string): string {
  return withBrokenIcons(text).replaceAll('](', `]${separator}(`);
}

/** A text for a quick pick or the status bar, where `$(name)` would become an icon. */
export function withoutIcons(text: string): string {
  return withBrokenIcons(displayText(text));
}

function withBrokenIcons(text: string): string {
  return text.replaceAll('$(', `$${separator}(`);
}

/** Joins the texts that are not undefined. */
export function joined(between: string, texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined).join(between);
}

/** A text from the API as a Markdown code span, in which nothing has a special meaning. */
export function codeSpan(text: string): string {
  const longestRun = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  return `${fence} ${text} ${fence}`;
}
