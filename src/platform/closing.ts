import type { FileHandle } from 'node:fs/promises';

/** Closes a file, with all that was written on the disk. */
export async function closeSynced(handle: FileHandle): Promise<void> {
  try {
    // Some disks say only now that they are full. Others can't be asked.
    await handle.sync().catch(unlessUnknown);
  } finally {
    await handle.close();
  }
}

function unlessUnknown(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (!['EINVAL', 'ENOTSUP', 'ENOSYS', 'EPERM'].includes(String(code))) {
    throw error;
  }
}
