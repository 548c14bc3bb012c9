import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkLine } from '../../../../src/core/batchFile/rules/checkLine';
import { requestsFromUrls } from '../../../../src/core/batchFile/newFile/mediaUrls';
import { itAlways } from '../../support/properties';

const root = 'https://x.example/';

interface Line {
  readonly request_id: string;
  readonly payload: {
    readonly model: string;
    readonly input: readonly { readonly url: string; readonly type: string }[];
  };
}

function linesOf(list: string): Line[] {
  const { text } = requestsFromUrls(list, { model: 'lipsync-2' });
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

/** `id: video + audio` for each request, and what is unpaired, for files of one host. */
function paired(...files: string[]): string[] {
  const list = files.map((file) => root + file).join('\n');
  const { unpaired } = requestsFromUrls(list, { model: 'lipsync-2' });
  return [
    ...linesOf(list).map(
      ({ request_id: id, payload }) => `${id}: ${payload.input.map(({ url }) => url.slice(root.length)).join(' + ')}`,
    ),
    ...unpaired.map(({ url, reason }) => `${url.slice(root.length)} ${reason}`),
  ];
}

describe('Requests of a list of URLs', () => {
  it('are one for each audio, with the video of its name', () => {
    assert.deepEqual(paired('ep1.mp4', 'ep2.mov', 'ep1.wav', 'ep1-de.wav', 'EP2_fr.MP3'), [
      'ep1: ep1.mp4 + ep1.wav',
      'ep1-de: ep1.mp4 + ep1-de.wav',
      'EP2_fr: ep2.mov + EP2_fr.MP3',
    ]);
  });

  it('have the video with the longest name in common, and no half words', () => {
    assert.deepEqual(paired('ep1.mp4', 'ep1-intro.mp4', 'ep10.mp4', 'ep1-intro-de.wav', 'ep10.wav', 'ep1%20(en).wav'), [
      'ep1-intro-de: ep1-intro.mp4 + ep1-intro-de.wav',
      'ep10: ep10.mp4 + ep10.wav',
      'ep1-en: ep1.mp4 + ep1%20(en).wav',
    ]);
  });

  it('don’t depend on words that say what a file is', () => {
    assert.deepEqual(paired('video-001.mp4', 'video-002.mp4', 'audio-002.wav', 'audio-001.wav'), [
      'audio-002: video-002.mp4 + audio-002.wav',
      'audio-001: video-001.mp4 + audio-001.wav',
    ]);
  });

  it('have an audio whose name the video begins with', () => {
    assert.deepEqual(paired('ep1-1080p.mp4', 'ep2-1080p.mp4', 'ep1.wav', 'ep2.wav'), [
      'ep1: ep1-1080p.mp4 + ep1.wav',
      'ep2: ep2-1080p.mp4 + ep2.wav',
    ]);
  });

  it('have the only video, or the only audio', () => {
    assert.deepEqual(paired('clip.mp4', 'a.wav', 'b.wav'), ['a: clip.mp4 + a.wav', 'b: clip.mp4 + b.wav']);
    assert.deepEqual(paired('one.mp4', 'two.mp4', 'a.wav'), ['a-one: one.mp4 + a.wav', 'a-two: two.mp4 + a.wav']);
  });

  it('keep to the folder where names alone don’t tell', () => {
    assert.deepEqual(paired('a/video.mp4', 'b/video.mp4', 'a/audio.wav', 'b/audio.wav'), [
      'audio: a/video.mp4 + a/audio.wav',
      'audio-2: b/video.mp4 + b/audio.wav',
    ]);
    assert.deepEqual(paired('a/ep.mp4', 'b/ep.mp4', 'b/ep.wav', 'a/ep.wav'), [
      'ep: b/ep.mp4 + b/ep.wav',
      'ep-2: a/ep.mp4 + a/ep.wav',
    ]);
  });

  it('have the model that takes images where there is one', () => {
    const [line] = linesOf(`${root}face.PNG ${root}face.ogg`);
    assert.equal(line?.payload.model, 'sync-3');
    assert.deepEqual(
      line.payload.input.map(({ type }) => type),
      ['image', 'audio'],
    );
  });

  it('leave nothing out without a word', () => {
    assert.deepEqual(paired('ep1.mp4', 'ep2.mp4', 'ep1.wav', 'ep9.wav', 'readme.txt', 'ep1.mp4'), [
      'ep1: ep1.mp4 + ep1.wav',
      'ep2.mp4 noPartner',
      'ep9.wav noPartner',
      'readme.txt unknownKind',
      'ep1.mp4 repeated',
    ]);
    assert.deepEqual(paired('c/ep1.mp4', 'c/ep1.mov', 'c/ep1.wav', 'c/x.wav'), [
      ...['c/ep1.mp4 ambiguous', 'c/ep1.mov ambiguous', 'c/ep1.wav ambiguous', 'c/x.wav noPartner'],
    ]);
    assert.deepEqual(requestsFromUrls('ep1.mp4 s3://b/a.wav', { model: 'm' }), {
      text: '',
      requests: 0,
      unpaired: [
        { url: 'ep1.mp4', reason: 'notUrl' },
        { url: 's3://b/a.wav', reason: 'notUrl' },
      ],
    });
  });

  it('take URLs over as they came, signed ones too', () => {
    const video = `${root}Ep%201.MP4?X-Sig=a%2Fb+c==&t=1,2;3#x`;
    const audio = `${root}w_200,h_100/Ep%201.wav?sig=(x)`;
    for (const list of [
      `${video}\r\n${audio}\n`,
      `${video}, ${audio},`,
      `"${video}",\n"${audio}"`,
      `${video},${audio}`,
      `"${video}","${audio}"`,
      `["${video}",\n"${audio}"]`,
      `['${video}', '${audio}']`,
      `['${video}','${audio}']`,
      `[["${video}"], ["${audio}"]]`,
      `<${video}><${audio}>`,
    ]) {
      assert.deepEqual(
        linesOf(list)[0]?.payload.input.map(({ url }) => url),
        [video, audio],
        list,
      );
    }
    assert.deepEqual(checkLine(requestsFromUrls(`${video} ${audio}`, { model: 'sync-3' }).text.trim()).diagnostics, []);
  });

  it('are made of many files of one name in a moment', () => {
    const videos = Array.from({ length: 150_000 }, (_, index) => `${root}${index}/a.mp4`).join('\n');
    const { unpaired } = requestsFromUrls(`${videos}\n${root}x/a.wav\n${root}y/a.wav`, { model: 'm' });
    assert.equal(unpaired.length, 150_002);
    requestsFromUrls(`${'('.repeat(20_000)}a${','.repeat(20_000)}`, { model: 'm' });
  });

  it('are made of long and hostile lists in a moment', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `${root}e${index}.mp4 ${root}e${index}-de.wav`).join(
      '\n',
    );
    assert.equal(requestsFromUrls(many, { model: 'm' }).requests, 10_000);
    const long = 'a-'.repeat(500_000);
    requestsFromUrls(`${root}${long}.mp4 ${root}${long}x.wav ${root}b.wav ${'('.repeat(1_000_000)}`, { model: 'm' });
  }).timeout(60_000);

  itAlways('use every URL or tell of it, and no ID twice', () => {
    const name = fc.constantFrom(
      'ep1',
      'ep1-de',
      'EP1',
      'ep2',
      'video',
      'audio_1',
      'a/ep1',
      'b/ep1',
      'b/ep1-x',
      '%',
      '-',
    );
    const extension = fc.constantFrom('.mp4', '.wav', '.png', '.mp3', '.txt', '');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, extension), { maxLength: 12 }), (files) => {
        const urls = files.map((parts) => root + parts.join(''));
        const list = urls.join('\n');
        const { requests, unpaired } = requestsFromUrls(list, { model: 'm' });
        const lines = linesOf(list);
        assert.equal(lines.length, requests);
        assert.equal(new Set(lines.map(({ request_id: id }) => id)).size, requests);
        const told = [
          ...lines.flatMap(({ payload }) => payload.input.map(({ url }) => url)),
          ...unpaired.map(({ url }) => url),
        ];
        assert.deepEqual(new Set(told), new Set(urls));
      }),
    );
  });
});
