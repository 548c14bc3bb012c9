import sharp from 'sharp';

/** A picture of a film, and for how long it stays. */
export interface Frame {
  readonly png: Buffer;
  readonly ms: number;
}

/**
 * Writes frames of the same size as an animated WebP that starts over at its end. Where nothing changes between two frames,
 * nothing is stored.
 */
export async function writeAnimation(file: string, frames: readonly Frame[]): Promise<void> {
  const pictures = frames.map(({ png }) => png);
  await sharp(pictures, { join: { animated: true } })
    .webp({ delay: frames.map(({ ms }) => ms), loop: 0, quality: 82, effort: 6, smartSubsample: true })
    .toFile(file);
}
