/** Packages the extension as a VSIX named after its version. vsce builds it first (`vscode:prepublish`). */
import * as fs from 'node:fs';
import { createVSIX } from '@vscode/vsce';
import { inRepo } from './lib/paths';
import { vsixPath } from './lib/vsix';

async function main(): Promise<void> {
  const unfinished = `${vsixPath()}.${process.pid}.unfinished`;
  try {
    await createVSIX({
      cwd: inRepo(),
      packagePath: unfinished,
      // Everything is bundled.
      dependencies: false,
      allowMissingRepository: true,
      // There is no public repository that the relative links and pictures of the README could be made to point to.
      rewriteRelativeLinks: false,
    });
    // Whoever reads the package meanwhile has a whole one, the old or the new.
    fs.renameSync(unfinished, vsixPath());
    console.log(vsixPath());
  } finally {
    fs.rmSync(unfinished, { force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
