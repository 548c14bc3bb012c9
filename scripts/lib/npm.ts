import { run, type RunOptions } from './processes';

/** Runs npm: the one that runs this script if there is one, so that no other version comes in between. */
export async function npm(args: readonly string[], options: RunOptions = {}): Promise<void> {
  const cli = process.env['npm_execpath'];
  if (cli !== undefined && /npm-cli\.c?js$/.test(cli)) await run(process.execPath, [cli, ...args], options);
  else await run('npm', args, options);
}
