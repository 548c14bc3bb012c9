import { isRecord, readJson } from './json';
import { npm } from './npm';
import { inRepo } from './paths';

/** Builds and packages the extension with `npm run package`. Returns the path of the VSIX. */
export async function packageExtension(): Promise<string> {
  console.log('Packaging the extension.');
  await npm(['run', '--silent', 'package'], { cwd: inRepo() });
  return vsixPath();
}

/** Where `npm run package` puts the VSIX of this version. */
export function vsixPath(): string {
  const manifest = readJson(inRepo('package.json'));
  if (!isRecord(manifest)) throw new Error('package.json holds no object');
  return inRepo(`${String(manifest['name'])}-${String(manifest['version'])}.vsix`);
}
