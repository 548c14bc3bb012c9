import { displayText } from '../../core/common/displayText';

/** A character that takes no room; between two others it keeps them from being read together. */
const separator = '\u200b';

/**
 * A text for a notification: the editor makes links, `command:` links among them, of `[label](address)` in these, and a
 * text from outside must not become one. From those with progress it takes `$(name)` out before it looks for links.
 */
export function withoutLinks(text: string): string {
  return withBrokenIcons(text).replaceAll('](', `]${separator}(`);
}

/** A text for a row of a quick pick or for the status bar, where `$(name)` would be drawn as an icon. */
export function withoutIcons(text: string): string {
  return withBrokenIcons(displayText(text));
}

function withBrokenIcons(text: string): string {
  return text.replaceAll('$(', `$${separator}(`);
}

/** A text from the API as a code span of Markdown, in which nothing is a link, an entity or a mark. */
export function codeSpan(text: string): string {
  const longestRun = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  return `${fence} ${text} ${fence}`;
}
