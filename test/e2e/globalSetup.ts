import { packageExtension } from '../../scripts/lib/vsix';
import { ensureChromium } from '../../scripts/host/chromium';

/**
 * Packages the extension once for all workers, unless SYNC_BATCHES_VSIX names a package, and sees to a browser. The
 * variables are what the workers get to know of it.
 */
export default async function globalSetup(): Promise<void> {
  process.env['SYNC_BATCHES_VSIX'] ??= await packageExtension();
  process.env['CHROMIUM_PATH'] = await ensureChromium();
}
