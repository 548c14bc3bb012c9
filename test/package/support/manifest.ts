import { isRecord, readJson } from '../../../scripts/lib/json';
import { inRepo } from '../../../scripts/lib/paths';

export interface MenuEntry {
  command: string;
  when?: string;
}

/** A menu entry: a command or a submenu. */
export type MenuItem = MenuEntry | { submenu: string; when?: string };

/** The parts of package.json that the tests use. */
export interface Manifest {
  name: string;
  publisher: string;
  displayName: string;
  description: string;
  version: string;
  license: string;
  icon: string;
  main: string;
  keywords: string[];
  categories: string[];
  engines: Record<string, string>;
  capabilities: Record<string, unknown>;
  activationEvents?: string[];
  dependencies?: Record<string, string>;
  devDependencies: Record<string, string>;
  contributes: {
    viewsContainers: Record<string, { id: string; title: string; icon: string }[]>;
    views: Record<string, { id: string; name: string; icon: string }[]>;
    viewsWelcome: { view: string; contents: string; when?: string }[];
    commands: { command: string; title: string; category?: string; enablement?: string }[];
    menus: Record<string, MenuItem[]>;
    submenus: { id: string; label: string }[];
    keybindings?: MenuEntry[];
    configuration: { properties: Record<string, { type?: unknown; default?: unknown; scope?: string }> };
  };
}

export const manifest = readJson(inRepo('package.json')) as Manifest;

/** The texts of package.json, by their keys. */
export const nls = readJson(inRepo('package.nls.json')) as Record<string, string>;

/** A text of package.json as the user sees it. */
export function shown(text: string): string {
  const key = nlsKey(text);
  return key === undefined ? text : (nls[key] ?? text);
}

export function nlsKey(text: string): string | undefined {
  return /^%([^%]+)%$/.exec(text)?.[1];
}

/** All strings in a JSON value with their paths, such as `contributes.commands.0.title`. */
export function* textsIn(value: unknown, path: readonly string[] = []): Generator<{ path: string[]; text: string }> {
  if (typeof value === 'string') {
    yield { path: [...path], text: value };
  } else if (Array.isArray(value) || isRecord(value)) {
    for (const [name, member] of Object.entries(value)) yield* textsIn(member, [...path, name]);
  }
}

const { contributes } = manifest;

export const commandIds = contributes.commands.map(({ command }) => command);
export const viewIds = Object.values(contributes.views).flatMap((views) => views.map(({ id }) => id));
export const settingIds = Object.keys(contributes.configuration.properties);

/** All when clauses in package.json. */
export const whenClauses: readonly string[] = [
  ...contributes.viewsWelcome,
  ...Object.values(contributes.menus).flat(),
  ...(contributes.keybindings ?? []),
  ...contributes.commands.map(({ enablement }) => ({ when: enablement })),
].flatMap(({ when }) => when ?? []);

const literal = String.raw`'(?<text>[^']*)'|/(?<pattern>(?:\\.|[^/\\])+)/[a-z]*|(?<word>[\w.]+)`;
const comparison = new RegExp(String.raw`(?<key>[\w.]+)\s*(?:==|!=|=~)\s*(?:${literal})`, 'g');

/** The comparisons in a when clause: a context key, and the text, word or regular expression it is compared with. */
export function comparisonsIn(when: string): { key: string; value: string }[] {
  return [...when.matchAll(comparison)].map(({ groups = {} }) => ({
    key: groups['key'] ?? '',
    value: groups['text'] ?? groups['pattern'] ?? groups['word'] ?? '',
  }));
}

/** The context keys that a when clause uses. */
export function contextKeysIn(when: string): string[] {
  const keysOnly = when.replace(comparison, '$<key>');
  return [...keysOnly.matchAll(/[A-Za-z_][\w.]*/g)].map(([word]) => word).filter((word) => !operators.has(word));
}

const operators = new Set(['true', 'false', 'in', 'not']);
