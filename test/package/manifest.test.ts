import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import ts from 'typescript';
import { hostReleases } from '../../scripts/host/versions';
import { inRepo } from '../../scripts/lib/paths';
import { batchStatuses } from '../../src/core/batches/status';
import {
  commandIds,
  comparisonsIn,
  contextKeysIn,
  manifest,
  nls,
  settingIds,
  shown,
  viewIds,
  whenClauses,
} from './support/manifest';
import {
  calleeOf,
  callsIn,
  memberName,
  objectConst,
  parse,
  sourcesUnder,
  stringsIn,
  typeNamed,
  whereIs,
} from './support/source';
import { producibleWelcomes } from './support/welcome';

const section = 'syncBatches';

/** The fixed names. */
const fixedTitles: Readonly<Record<string, string>> = {
  setApiKey: 'Set API Key…',
  removeApiKey: 'Remove API Key',
  refresh: 'Refresh',
  filterByDate: 'Filter by Date…',
  filterByStatus: 'Filter by Status…',
  clearFilters: 'Clear Filters',
  openOutput: 'Open Output URL',
  copyOutputUrl: 'Copy Output URL',
  copyBatchId: 'Copy Batch ID',
  showLog: 'Show Log',
  renameBatch: 'Name Batch…',
  showResults: 'Show Results',
  openResultsText: 'Open Results as Text',
  saveResults: 'Save Results…',
  saveMedia: 'Save Media…',
  exportFailed: 'Export Failed Requests…',
  deleteKeptResults: 'Delete Kept Results',
  validateFile: 'Validate Batch File',
  dryRun: 'Dry Run Batch File',
  submitFile: 'Submit Batch File…',
  showSubmissions: 'Show Submissions',
  newFile: 'New Batch File…',
  estimateCost: 'Estimate Cost of Batch File',
  showRequest: 'Show Request',
};

const { contributes } = manifest;

describe('The manifest', () => {
  it('has the fixed names', () => {
    assert.equal(manifest.name, 'sync-batches');
    assert.equal(manifest.publisher, 'sync-batches');
    assert.equal(manifest.displayName, 'Batches for sync.so');
    assert.equal(manifest.license, 'MIT');
    const containers = contributes.viewsContainers['activitybar']?.map(({ id }) => id);
    assert.deepEqual(containers, ['syncBatches']);
    const batches = contributes.views['syncBatches']?.find(({ id }) => id === 'syncBatches.batches');
    assert.equal(shown(batches?.name ?? ''), 'Batches');
  });

  it('says in its description that it is not made by sync.so', () => {
    assert.match(shown(manifest.description), /independent/i);
  });

  it('supports the oldest tested VS Code version, whose types it uses', () => {
    const types = manifest.devDependencies['@types/vscode'] ?? '';
    assert.match(types, /^\d+\.\d+\.0$/);
    assert.equal(manifest.engines['vscode'], `^${types}`);
    assert.match(hostReleases.floor.vscode, new RegExp(`^${types.replace(/\.0$/, '').replaceAll('.', '\\.')}\\.`));
  });

  it('requires the Node version whose types it uses and for which it is built', () => {
    const major = /^\d+/.exec(manifest.devDependencies['@types/node'] ?? '')?.[0] ?? '';
    assert.equal(manifest.engines['node'], `>=${major}`);
    assert.ok(fs.readFileSync(inRepo('scripts', 'build.ts'), 'utf8').includes(`target: 'node${major}'`));
  });

  it('has no repository address, because there is no repository', () => {
    for (const field of ['repository', 'bugs', 'homepage']) {
      assert.ok(!(field in manifest), field);
    }
  });

  it('has no dependencies, because everything is bundled', () => {
    assert.deepEqual(manifest.dependencies ?? {}, {});
  });

  it('is activated only by its view, its commands, its own tabs and batch files', () => {
    // After a reload of the window the editor brings back a tab with results and a tab with their text, and nothing but
    // these events makes it ask the extension for what is in them. A batch file is checked from the moment it is opened.
    const events = ['onWebviewPanel:syncBatches.results', 'onFileSystem:sync-batches-results', 'onLanguage:jsonl'];
    assert.deepEqual(manifest.activationEvents, events);
    const written = sourcesUnder('src').flatMap(stringsIn);
    for (const event of events) {
      const name = event.slice(event.indexOf(':') + 1);
      assert.ok(
        written.some(({ text }) => text === name),
        `nothing is registered as ${name}`,
      );
    }
  });

  it('works in untrusted workspaces', () => {
    assert.deepEqual(manifest.capabilities['untrustedWorkspaces'], { supported: true });
  });

  it('has what a store page needs: an icon, categories, keywords, a license', () => {
    const picture = fs.readFileSync(inRepo(manifest.icon));
    assert.equal(picture.toString('latin1', 1, 4), 'PNG');
    const [width, height] = [picture.readUInt32BE(16), picture.readUInt32BE(20)];
    assert.ok(width === height && width >= 128, `the picture is ${width} by ${height}`);
    assert.ok(manifest.categories.length > 0);
    assert.ok(manifest.keywords.length > 0 && manifest.keywords.length <= 30);
    assert.match(fs.readFileSync(inRepo('LICENSE'), 'utf8'), /MIT License/);
  });

  it('has sidebar icons in the color of the theme', () => {
    const containers = Object.values(contributes.viewsContainers).flat();
    for (const { icon } of [...containers, ...Object.values(contributes.views).flat()]) {
      assert.match(icon, /\.svg$/);
      assert.match(fs.readFileSync(inRepo(icon), 'utf8'), /<svg/);
    }
  });
});

describe('Commands', () => {
  const registered = objectConst(parse('src/editor/runCommand.ts'), 'commands').map(
    (member) => `${section}.${memberName(member)}`,
  );
  const inMenus = Object.values(contributes.menus)
    .flat()
    .flatMap((item) => ('command' in item ? item.command : []));

  it('are registered if and only if package.json has them', () => {
    assert.deepEqual([...commandIds].sort(), [...registered].sort());
    assert.equal(new Set(commandIds).size, commandIds.length);
  });

  it('are registered in one place only', () => {
    const places = sourcesUnder('src')
      .flatMap(callsIn)
      .filter((call) => /\bregister(?:TextEditor)?Command$/.test(calleeOf(call)))
      .map((call) => call.getSourceFile().fileName);
    assert.deepEqual(places, ['src/extension.ts']);
  });

  it('have the fixed names and titles', () => {
    for (const name of Object.keys(fixedTitles)) {
      assert.ok(commandIds.includes(`${section}.${name}`), name);
    }
    for (const { command, title } of contributes.commands) {
      const fixed = fixedTitles[command.slice(section.length + 1)];
      if (fixed !== undefined) assert.equal(shown(title), fixed);
      assert.notEqual(shown(title), '');
    }
  });

  it('have the same category in the palette', () => {
    for (const { command, category } of contributes.commands) {
      assert.equal(shown(category ?? ''), 'Sync Batches', command);
    }
  });

  it('exist if a menu, a keybinding or a welcome text uses them', () => {
    const inWelcome = Object.values(nls).flatMap((text) =>
      [...text.matchAll(/\(command:([\w.]+)/g)].map(([, command = '']) => command),
    );
    const inKeys = (contributes.keybindings ?? []).map(({ command }) => command);
    for (const command of [...inMenus, ...inKeys, ...inWelcome]) {
      assert.ok(!command.startsWith(section) || commandIds.includes(command), `${command} does not exist`);
    }
    // Commands of VS Code itself are not checked.
    for (const command of inMenus) assert.ok(commandIds.includes(command), command);
    const inside = Object.values(contributes.menus)
      .flat()
      .flatMap((item) => ('submenu' in item ? item.submenu : []));
    const own = contributes.submenus.map(({ id }) => id);
    assert.deepEqual([...new Set(inside)], own);
    for (const id of own) assert.ok(contributes.menus[id] !== undefined, id);
  });
});

describe('When clauses', () => {
  const declared = typeNamed(parse('src/editor/shared/contextKeys.ts'), 'ContextKeys');
  assert.ok(ts.isInterfaceDeclaration(declared));
  const set = declared.members.map(memberName);
  const builtIn = ['view', 'viewItem', 'editorFocus', 'resourceLangId', 'resourceExtname', 'resourceScheme'];
  const used = new Set(whenClauses.flatMap(contextKeysIn));

  it('use only context keys that are set', () => {
    for (const when of whenClauses) {
      for (const key of contextKeysIn(when)) {
        assert.ok(set.includes(key) || builtIn.includes(key), `${key} in "${when}" is never set`);
      }
    }
  });

  it('use every context key that is set', () => {
    for (const key of set) assert.ok(used.has(key), `${key} is set for nobody`);
  });

  it('use context keys that are set in one place only', () => {
    const places = sourcesUnder('src')
      .flatMap(callsIn)
      .filter((call) => stringsIn(call.arguments[0] ?? call).some(({ text }) => text === 'setContext'))
      .map((call) => call.getSourceFile().fileName);
    assert.deepEqual([...new Set(places)], ['src/editor/shared/contextKeys.ts']);
  });

  it('use views that exist', () => {
    const named = whenClauses.flatMap(comparisonsIn).flatMap(({ key, value }) => (key === 'view' ? value : []));
    const welcomed = contributes.viewsWelcome.map(({ view }) => view);
    for (const view of [...named, ...welcomed]) assert.ok(viewIds.includes(view), view);
  });

  it('use words that context values have', () => {
    const written = ['batchItems', 'submissionItems']
      .flatMap((name) => stringsIn(parse(`src/editor/sidebar/${name}.ts`)))
      .flatMap(({ text }) => (/^\w+$/.test(text) ? text : []));
    const words = new Set([...written, ...batchStatuses.map((status) => status.toLowerCase())]);
    for (const { key, value } of whenClauses.flatMap(comparisonsIn)) {
      if (key !== 'viewItem') continue;
      for (const [word] of value.replace(/\\[bBwWdDsS]/g, ' ').matchAll(/\w+/g)) {
        assert.ok(words.has(word), `no row has the word "${word}" of ${value}`);
      }
    }
  });

  it('have a welcome text for every state without batches, and for no other', async function () {
    this.timeout(30_000);
    const producible = await producibleWelcomes();
    // With these two states the tree shows batches, so there is no welcome text.
    for (const state of ['list', 'stale']) assert.ok(producible.delete(state), state);
    const welcomed = contributes.viewsWelcome.flatMap(({ when = '' }) =>
      comparisonsIn(when).flatMap(({ key, value }) => (key === `${section}.viewState` ? value : [])),
    );
    assert.deepEqual([...welcomed].sort(), [...producible].sort());
  });

  it('use view states that exist', async function () {
    this.timeout(30_000);
    const producible = await producibleWelcomes();
    for (const { key, value } of whenClauses.flatMap(comparisonsIn)) {
      if (key === `${section}.viewState`) assert.ok(producible.has(value), value);
    }
  });
});

describe('Settings', () => {
  const source = parse('src/editor/shared/settings.ts');
  /** The names that settings.ts passes to calls, with or without the section prefix. */
  const read = new Set(
    callsIn(source)
      .flatMap((call) => call.arguments.flatMap((argument) => argumentTexts(argument)))
      .map((text) => text.replace(new RegExp(`^(?:${section})?\\.`), ''))
      .filter((text) => /^\w+$/.test(text) && text !== section),
  );

  it('are read if and only if package.json has them', () => {
    const contributed = settingIds.map((id) => id.slice(section.length + 1));
    assert.deepEqual([...read].sort(), [...contributed].sort());
  });

  it('are read in one place only', () => {
    const places = sourcesUnder('src')
      .flatMap(callsIn)
      .filter((call) => /\b(?:getConfiguration|affectsConfiguration)$/.test(calleeOf(call)))
      .map((call) => call.getSourceFile().fileName);
    assert.deepEqual([...new Set(places)], [source.fileName]);
  });

  it('start with the name of the extension', () => {
    for (const id of settingIds) assert.ok(id.startsWith(`${section}.`), id);
  });

  it('let only the user decide where the key is sent', () => {
    const address = contributes.configuration.properties['syncBatches.apiBaseUrl'];
    assert.equal(address?.scope, 'application');
    assert.equal(address.default, 'https://api.sync.so');
    assert.equal(address.type, 'string');
  });
});

describe('Names', () => {
  it('in the code are those of package.json or of stored data', () => {
    const kept = objectConst(parse('src/editor/shared/ids.ts'), 'storageKeys').flatMap((member) =>
      ts.isPropertyAssignment(member) ? argumentTexts(member.initializer) : [],
    );
    const declared = typeNamed(parse('src/editor/shared/contextKeys.ts'), 'ContextKeys');
    const contextKeys = ts.isInterfaceDeclaration(declared) ? declared.members.map(memberName) : [];
    const panels = (manifest.activationEvents ?? []).map((event) => event.replace(/^onWebviewPanel:/, ''));
    const known = new Set([...commandIds, ...viewIds, ...settingIds, ...contextKeys, ...kept, ...panels]);
    for (const string of sourcesUnder('src').flatMap(stringsIn)) {
      for (const [name] of string.text.matchAll(/\bsyncBatches(?:\.\w+)+/g)) {
        assert.ok(known.has(name), `${whereIs(string)}: there is no ${name}`);
      }
    }
  });
});

/** The text of a string, or the texts of a template; undefined for other expressions. */
function argumentTexts(node: ts.Expression): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  return ts.isTemplateExpression(node) ? node.templateSpans.map((span) => span.literal.text) : [];
}
