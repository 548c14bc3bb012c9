import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { isSafeName, maxNameBytes, mediaNames, type MediaSource } from '../../../src/core/media/names';
import { itAlways } from '../support/properties';
import { bytesOf } from '../results/lines';

const outputUrl = 'https://cdn.example/out.mp4?sig=x';

function source(requestId: string | undefined, parts: Partial<MediaSource> = {}): MediaSource {
  return { requestId, line: 0, outputUrl, ...parts };
}

function nameOf(requestId: string | undefined, parts: Partial<MediaSource> = {}): string {
  return mediaNames([source(requestId, parts)])[0] ?? assert.fail();
}

function namesOf(...requestIds: string[]): string[] {
  return mediaNames(requestIds.map((id, line) => source(id, { line })));
}

describe('The name of a media file', () => {
  it('is the request ID, in any script', () => {
    assert.deepEqual(namesOf('ep1-de', 'Folge 1 (neu)', '日本', 'a.b_c', 'été 🎬'), [
      'ep1-de.mp4',
      'Folge 1 (neu).mp4',
      '日本.mp4',
      'a.b_c.mp4',
      'été 🎬.mp4',
    ]);
  });

  it('is the generation ID or the line number if there is no request ID', () => {
    assert.equal(nameOf(undefined, { generationId: 'gen_1', line: 7 }), 'gen_1.mp4');
    assert.equal(nameOf(undefined, { line: 7 }), 'line-8.mp4');
  });

  it('has no path', () => {
    assert.deepEqual(namesOf('../../etc/passwd', '..\\x', '/abs', 'C:\\x', '..', '.ssh', '-rf'), [
      '_._.._etc_passwd.mp4',
      '_._x.mp4',
      '_abs.mp4',
      'C__x.mp4',
      'video.mp4',
      '_ssh.mp4',
      '_rf.mp4',
    ]);
  });

  it('is not a Windows device name', () => {
    for (const id of ['CON', 'nul', 'NUL.mp4', 'nul.x', 'Aux ', 'nul .txt', 'COM1', 'lpt9.a', 'COM¹', 'CONOUT$']) {
      assert.match(nameOf(id), /^_/, id);
    }
    for (const id of ['console', 'COM10', 'null', 'my CON']) {
      assert.equal(nameOf(id), `${id}.mp4`);
    }
    assert.match(nameOf(`con${' '.repeat(500)}x`), /^_con\.mp4$/);
  });

  it('has no control characters, direction marks or unpaired surrogates', () => {
    assert.equal(nameOf('a\u0000b\nc\u202egpj\u200f\ufeff\ud800\u2028'), 'a_b_c_gpj____.mp4');
  });

  it('has no spaces or dots at its ends', () => {
    assert.deepEqual(namesOf('  a b. . ', 'x...'), ['a b.mp4', 'x.mp4']);
    assert.equal(nameOf(' '), 'video.mp4');
  });

  it('has the extension of the URL if it is a media extension', () => {
    const ending = (url: string): string => nameOf('a', { outputUrl: url });
    assert.equal(ending('https://x.example/a/b.MOV?x=.exe#.exe'), 'a.mov');
    assert.equal(ending('https://x.example/b.webm'), 'a.webm');
    for (const url of ['https://x.example/b.exe', 'https://x.example/', 'https://x.mov', 'no URL.mov', '']) {
      assert.equal(ending(url), 'a.mp4', url);
    }
    assert.equal(nameOf('a.MP4'), 'a.mp4');
    assert.equal(nameOf('a.mov'), 'a.mov.mp4');
  });

  it('has a limited length, and is cut between characters', () => {
    for (const id of ['x'.repeat(1_000), '日'.repeat(1_000), '🎬'.repeat(1_000), `${'x'.repeat(190)} . . . y`]) {
      const name = nameOf(id);
      assert.ok(bytesOf(name).length <= maxNameBytes && bytesOf(name).length > 185, name);
      assert.ok(isSafeName(name), name);
    }
  });
});

describe('The names of media files', () => {
  it('differ for different IDs, ignoring case and Unicode form', () => {
    const names = namesOf('Clip', 'clip', 'CLIP', 'e\u0301', '\u00e9', 'a/b', 'a:b', 'straße', 'STRASSE', 'x', 'x.mp4');
    assert.equal(new Set(names.map((name) => name.toLowerCase())).size, names.length);
    assert.deepEqual(
      names.slice(0, 3).map((name) => name.replace(/~[\da-f]{8}/, '~')),
      ['Clip~.mp4', 'clip~.mp4', 'CLIP.mp4'],
    );
  });

  it('differ for repeated request IDs', () => {
    const names = namesOf('a', 'a', 'a');
    assert.equal(names[0], 'a.mp4');
    assert.equal(new Set(names).size, 3);
  });

  it('leave a plain name to the request that has it as its ID', () => {
    const suffixed = namesOf('A', 'a')[1]?.replace('.mp4', '') ?? assert.fail();
    assert.match(suffixed, /^a~/);
    const names = namesOf('A', 'a', suffixed);
    assert.equal(names[2], `${suffixed}.mp4`);
    assert.equal(new Set(names).size, 3);
  });

  it('are made quickly if many IDs have the same plain name', () => {
    const names = mediaNames(
      Array.from({ length: 20_000 }, (_, line) => source(`${'x'.repeat(300)}${line}`, { line })),
    );
    assert.equal(new Set(names).size, names.length);
  });

  const anyText = fc.oneof(
    fc.constantFrom('a', 'A', 'a.', 'CON', 'con.mp4', '..', '../a', 'é', 'e\u0301', 'ß', 'ss', '', ' '),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc
      .array(
        fc.constantFrom(
          '.',
          '/',
          '\\',
          ' ',
          'c',
          'o',
          'n',
          '\u0301',
          '\u202e',
          '\ud800',
          '<',
          '\u0338',
          '-',
          '=',
          'ᄀ',
          'ᅡ',
        ),
      )
      .map((parts) => parts.join('')),
    fc.constantFrom('x', 'é', '日', '🎬', ' ', '.').map((text) => text.repeat(250)),
  );
  const anySources = fc.uniqueArray(
    fc.record({
      requestId: fc.option(anyText, { nil: undefined }),
      line: fc.nat(1_000),
      outputUrl: fc.oneof(fc.constantFrom(outputUrl, 'https://x.example/a.mov', 'x'), fc.webUrl()),
    }),
    { selector: ({ line }) => line, maxLength: 30 },
  );

  itAlways('are valid and unique on every system', () => {
    fc.assert(
      fc.property(anySources, (sources) => {
        const names = mediaNames(sources);
        for (const name of names) {
          assert.ok(bytesOf(name).length <= 200, name);
          assert.doesNotMatch(name, /[/\\<>:"|?*\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
          assert.doesNotMatch(name, /^[\s.-]|[\s.]$|\s\.mp4$/u);
          assert.doesNotMatch(name, /^(con|prn|aux|nul|(com|lpt)\d)\s*(\.|$)/i);
          assert.match(name, /\.[a-z\d]+$/);
          assert.equal(name, name.normalize('NFC'));
          assert.ok(isSafeName(name), name);
        }
        for (const form of [
          (name: string) => name.toLowerCase(),
          (name: string) => name.toUpperCase(),
          (name: string) => name.normalize('NFD').toLowerCase(),
        ]) {
          assert.equal(new Set(names.map(form)).size, names.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  itAlways('do not depend on the order of the requests', () => {
    fc.assert(
      fc.property(
        anySources.chain((sources) =>
          fc.tuple(
            fc.constant(sources),
            fc.shuffledSubarray(sources, { minLength: sources.length, maxLength: sources.length }),
          ),
        ),
        ([sources, shuffled]) => {
          const names = mediaNames(sources);
          mediaNames(shuffled).forEach((name, index) =>
            assert.equal(name, names[sources.indexOf(shuffled[index] ?? assert.fail())]),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are recognized as safe, unlike names with a path', () => {
    for (const name of [
      '',
      '.',
      '..',
      '../a.mp4',
      'a/b.mp4',
      'a\\b',
      'C:a',
      'nul',
      'NUL.mp4',
      ' a',
      'a ',
      'a.',
      '-a',
      'a\u202e',
      'e\u0301',
      'x'.repeat(201),
    ]) {
      assert.equal(isSafeName(name), false, name);
    }
    assert.equal(isSafeName('ep1-de.mp4'), true);
  });
});
