import { displayText } from '../../core/security/displayText';

/** A character that takes no room; between two others it keeps them from being read together. */
const separator = '\u200b';

/**
 * A text for a notification: the editor makes links, `command:` links among them, of `[label](address)` in these, and a
 * text from the API must not become one.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', `]${separator}(`);
}

/** A text for a row of a quick pick, where `$(name)` would be drawn as an icon. */
export function withoutIcons(text: string): string {
  return displayText(text).replaceAll('$(', `$${separator}(`);
}

/** A text from the API as a code span of Markdown, in which nothing is a link, an entity or a mark. */
export function codeSpan(text: string): string {
  const longestRun = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  return `${fence} ${text} ${fence}`;
}
