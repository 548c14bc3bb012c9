import * as assert from 'node:assert/strict';
import { ApiError, type ApiErrorReason } from '../../../src/core/api/http/errors';
import { FolderError, type FolderErrorReason } from '../../../src/core/media/folder';
import type { MediaItem } from '../../../src/core/media/items';
import type { MediaReport, SavedMedia } from '../../../src/core/media/saver';
import { errorText } from '../../../src/editor/shared/errorText';
import { mediaReportText } from '../../../src/editor/results/text/media';

/** The text of each folder error. The type ensures that none is missing. */
const folderTexts: Readonly<Record<FolderErrorReason, string>> = {
  diskFull: 'The disk is full.',
  notWritable: 'The folder is not writable.',
  noFolder: 'The folder does not exist.',
  nameTaken: 'A file with this name already exists.',
  other: 'The file could not be written. See the log.',
};

const item: MediaItem = { line: 0, url: 'https://media.example/a.mp4', name: 'a.mp4' };
const items = (count: number): MediaItem[] => Array<MediaItem>(count).fill(item);
const saved = (count: number): SavedMedia[] => items(count).map((one) => ({ item: one, name: one.name, bytes: 1 }));
const failures = (...errors: readonly (ApiError | FolderError)[]): MediaReport['failures'] =>
  errors.map((error) => ({ item, error }));
const api = (reason: ApiErrorReason): ApiError => new ApiError(reason, 'for the log only');
const folder = (reason: FolderErrorReason): FolderError => new FolderError(reason, 'for the log only');

/** @returns the text of a report with these parts, for the folder "videos". */
function textOf(parts: Partial<MediaReport>): string {
  const report: MediaReport = {
    ...{ saved: [], alreadySaved: [], skipped: [], failures: [], unsaved: [] },
    ...{ isCancelled: false, manifest: undefined, ...parts },
  };
  return mediaReportText(report, 'videos');
}

describe('The report of saving media (en)', () => {
  it('is a short sentence when all videos are saved', () => {
    assert.equal(textOf({ saved: saved(1) }), '1 video saved to videos.');
    assert.equal(textOf({ saved: saved(24) }), '24 videos saved to videos.');
  });

  it('counts videos that were saved before or skipped', () => {
    assert.equal(
      textOf({ saved: saved(2), alreadySaved: saved(3), skipped: items(4) }),
      '2 videos saved to videos. 3 were already saved. 4 were skipped because other files have their names.',
    );
  });

  it('uses the singular for 1', () => {
    const text = textOf({ alreadySaved: saved(1), skipped: items(1), unsaved: items(1), isCancelled: true });
    assert.equal(
      text,
      'No videos saved. 1 was already saved. 1 was skipped because another file has its name. Cancelled: 1 is not saved yet. Save again to resume.',
    );
  });

  it('tells the user how to resume after a cancellation', () => {
    assert.equal(
      textOf({ saved: saved(2), unsaved: items(3), isCancelled: true }),
      '2 videos saved to videos. Cancelled: 3 are not saved yet. Save again to resume.',
    );
    assert.equal(textOf({ saved: saved(2), isCancelled: true }), '2 videos saved to videos.');
  });

  for (const [reason, text] of Object.entries(folderTexts) as [FolderErrorReason, string][]) {
    it(`names the folder error: ${reason}`, () => {
      assert.equal(textOf({ failures: failures(folder(reason)) }), `No videos saved. 1 failed: ${text}`);
    });
  }

  for (const reason of ['expired', 'gone', 'linkRefused', 'unsafeUrl', 'cutOff', 'connection', 'tooLarge'] as const) {
    it(`uses the usual text of an API error: ${reason}`, () => {
      const { what } = errorText(api(reason), 'downloadMedia');
      assert.equal(textOf({ failures: failures(api(reason)) }), `No videos saved. 1 failed: ${what}`);
    });
  }

  it('lists each reason once, the most frequent first, and at most three', () => {
    const [gone, cut, lost] = [api('gone'), api('cutOff'), api('connection')];
    const text = textOf({ failures: failures(gone, cut, cut, lost, cut, lost, folder('diskFull'), gone, lost, lost) });
    const [most, second, third] = [lost, cut, gone].map((error) => errorText(error, 'downloadMedia').what);
    assert.equal(text, `No videos saved. 10 failed: ${most ?? ''} ${second ?? ''} ${third ?? ''}`);
  });

  it('does not contain messages for the log', () => {
    const text = textOf({ failures: failures(api('gone'), folder('other')) });
    assert.doesNotMatch(text, /for the log only|undefined|\{\d\}/);
  });
});
