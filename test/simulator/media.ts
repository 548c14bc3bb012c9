import { createHash } from 'node:crypto';

/** Width and height in pixels, and the frames of the one second that it lasts. */
const size = 64;
const frames = 8;
const timescale = 1000;
const durationMs = 1000;

const macroblocksAcross = size / 16;

/**
 * A real MP4 video that plays: one second of a plain colour with a bar that moves over it, 64 x 64, without sound, about
 * 50 kB. The colour and the length are those of the name, so that two names never give the same bytes. Made by hand, so
 * that no encoder and nobody's media are needed: every frame is an H.264 picture (baseline profile) whose macroblocks
 * hold their samples uncompressed (I_PCM).
 *
 * @param bytes how long the file is to be at least; the rest is filled with a box that players skip
 */
export function smallVideo(name: string, bytes = 0): Buffer {
  const hash = createHash('sha256').update(name).digest();
  const pictures = Array.from({ length: frames }, (_, frame) => lengthPrefixed(picture(frame, hash)));
  const head = box('ftyp', ascii('isom'), u32(0x200), ascii('isomiso2avc1mp41'));
  // The place of the first picture is known only when the length of the box that names it is.
  const draft = movie(pictures, 0);
  const media = box('mdat', ...pictures);
  const index = movie(pictures, head.length + draft.length + 8);
  const video = Buffer.concat([head, index, media]);
  const filling = Math.max(8 + (hash.readUInt16BE(4) % 1000), bytes - video.length);
  return Buffer.concat([video, box('free', Buffer.alloc(filling - 8, hash))]);
}

// --- H.264 (ITU-T H.264, 7.3 and Annex B) ---

/** Sequence parameters: constrained baseline, level 3, frames only, no reordering. */
const sequenceParameters = () =>
  unit(0x67, (bits) => {
    bits.u(8, 66).u(8, 0xc0).u(8, 30);
    bits.ue(0).ue(0).ue(2).ue(1).u(1, 0);
    bits.ue(macroblocksAcross - 1).ue(macroblocksAcross - 1);
    bits.u(1, 1).u(1, 1).u(1, 0).u(1, 0);
  });

/** Picture parameters: CAVLC, one slice group, control over the deblocking filter. */
const pictureParameters = () =>
  unit(0x68, (bits) => {
    bits.ue(0).ue(0).u(1, 0).u(1, 0).ue(0).ue(0).ue(0).u(1, 0).u(2, 0);
    bits.ue(0).ue(0).ue(0).u(1, 1).u(1, 0).u(1, 0);
  });

function picture(frame: number, hash: Buffer): Buffer {
  // Samples stay within video range, which also keeps them from looking like the start of a unit.
  const colour = (index: number) => 32 + ((hash[index] ?? 0) % 192);
  const barAt = Math.floor((frame * macroblocksAcross) / frames);
  return unit(0x65, (bits) => {
    // Slice header: first macroblock 0, I slice, frame number 0, alternating IDR number, no filter across the edges.
    bits
      .ue(0)
      .ue(7)
      .ue(0)
      .u(4, 0)
      .ue(frame % 2)
      .u(2, 0)
      .ue(0)
      .ue(1);
    for (let block = 0; block < macroblocksAcross * macroblocksAcross; block += 1) {
      const isBar = block % macroblocksAcross === barAt;
      bits.ue(25).align();
      bits.bytes(Buffer.alloc(256, isBar ? 235 : colour(0)));
      bits.bytes(Buffer.alloc(64, isBar ? 128 : colour(1)));
      bits.bytes(Buffer.alloc(64, isBar ? 128 : colour(2)));
    }
  });
}

/** A NAL unit: its type, its bits with the stop bit, and bytes that keep it from looking like the start of another. */
function unit(header: number, write: (bits: BitWriter) => void): Buffer {
  const bits = new BitWriter();
  write(bits);
  bits.u(1, 1).align();
  const escaped: number[] = [header];
  let zeros = 0;
  for (const byte of bits.written) {
    if (zeros === 2 && byte <= 3) {
      escaped.push(3);
      zeros = 0;
    }
    escaped.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Buffer.from(escaped);
}

class BitWriter {
  readonly written: number[] = [];
  #current = 0;
  #filled = 0;

  /** An unsigned number of so many bits. */
  u(length: number, value: number): this {
    for (let place = length - 1; place >= 0; place -= 1) {
      this.#current = (this.#current << 1) | ((value >>> place) & 1);
      this.#filled += 1;
      if (this.#filled === 8) {
        this.written.push(this.#current);
        this.#current = 0;
        this.#filled = 0;
      }
    }
    return this;
  }

  /** An Exp-Golomb code. A signed 0 looks the same. */
  ue(value: number): this {
    const length = 32 - Math.clz32(value + 1);
    return this.u(length - 1, 0).u(length, value + 1);
  }

  /** Zeros up to the next whole byte. */
  align(): this {
    while (this.#filled !== 0) this.u(1, 0);
    return this;
  }

  bytes(bytes: Buffer): void {
    for (const byte of bytes) this.written.push(byte);
  }
}

function lengthPrefixed(nal: Buffer): Buffer {
  return Buffer.concat([u32(nal.length), nal]);
}

// --- MP4 (ISO/IEC 14496-12 and -15) ---

/** The index, which comes before the pictures so that a player can begin at once. */
function movie(pictures: readonly Buffer[], firstPictureAt: number): Buffer {
  const sequence = sequenceParameters();
  const parameters = pictureParameters();
  const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map(u32);
  const avcConfiguration = box(
    'avcC',
    Buffer.from([1, 66, 0xc0, 30, 0xff, 0xe1]),
    u16(sequence.length),
    sequence,
    Buffer.from([1]),
    u16(parameters.length),
    parameters,
  );
  const sampleEntry = box(
    'avc1',
    zeros(6),
    u16(1),
    zeros(16),
    u16(size),
    u16(size),
    u32(0x480000),
    u32(0x480000),
    u32(0),
    u16(1),
    zeros(32),
    u16(24),
    u16(0xffff),
    avcConfiguration,
  );
  const samples = box(
    'stbl',
    box('stsd', u32(0), u32(1), sampleEntry),
    box('stts', u32(0), u32(1), u32(frames), u32(durationMs / frames)),
    box('stsc', u32(0), u32(1), u32(1), u32(frames), u32(1)),
    box('stsz', u32(0), u32(0), u32(frames), ...pictures.map(({ length }) => u32(length))),
    box('stco', u32(0), u32(1), u32(firstPictureAt)),
  );
  const track = box(
    'trak',
    // Flags 3: enabled, and part of the presentation.
    box(
      'tkhd',
      u32(3),
      u32(0),
      u32(0),
      u32(1),
      u32(0),
      u32(durationMs),
      zeros(16),
      ...matrix,
      u32(size << 16),
      u32(size << 16),
    ),
    box(
      'mdia',
      box('mdhd', u32(0), u32(0), u32(0), u32(timescale), u32(durationMs), u16(0x55c4), u16(0)),
      box('hdlr', u32(0), u32(0), ascii('vide'), zeros(12), ascii('video\0')),
      box(
        'minf',
        box('vmhd', u32(1), zeros(8)),
        box('dinf', box('dref', u32(0), u32(1), box('url ', u32(1)))),
        samples,
      ),
    ),
  );
  const header = box(
    'mvhd',
    u32(0),
    u32(0),
    u32(0),
    u32(timescale),
    u32(durationMs),
    u32(0x10000),
    u16(0x100),
    zeros(10),
    ...matrix,
    zeros(24),
    u32(2),
  );
  return box('moov', header, track);
}

function box(type: string, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), ascii(type), body]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function zeros(length: number): Buffer {
  return Buffer.alloc(length);
}

function ascii(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
