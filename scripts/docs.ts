/** Writes `docs/commands.md` and `docs/settings.md` from package.json. `npm run test:package` checks that they are current. */
import * as fs from 'node:fs';
import { generatedPages } from './docs/pages';
import { inRepo } from './lib/paths';

async function main(): Promise<void> {
  for (const [file, text] of await generatedPages()) {
    fs.writeFileSync(inRepo(file), text);
    console.log(file);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
