import * as assert from 'node:assert/strict';
import { ApiError, type ApiErrorReason } from '../../../src/core/api/http/errors';
import { FolderError, type FolderErrorReason } from '../../../src/core/media/folder';
import type { MediaItem } from '../../../src/core/media/items';
import type { MediaReport, SavedMedia } from '../../../src/core/media/saver';
import { errorText } from '../../../src/editor/shared/errorText';
import { mediaReportText } from '../../../src/editor/results/text/media';

/** Every reason of a folder, in words. The type sees to it that none is left out. */
const folderTexts: Readonly<Record<FolderErrorReason, string>> = {
  diskFull: 'The disk is full.',
  notWritable: 'The folder can’t be written to.',
  noFolder: 'The folder is not there.',
  nameTaken: 'A file of that name is there already.',
  other: 'The file could not be written; the log says more.',
};

const item: MediaItem = { line: 0, url: 'https://media.example/a.mp4', name: 'a.mp4' };
const items = (count: number): MediaItem[] => Array<MediaItem>(count).fill(item);
const saved = (count: number): SavedMedia[] => items(count).map((one) => ({ item: one, name: one.name, bytes: 1 }));
const failures = (...errors: readonly (ApiError | FolderError)[]): MediaReport['failures'] =>
  errors.map((error) => ({ item, error }));
const api = (reason: ApiErrorReason): ApiError => new ApiError(reason, 'for the log only');
const folder = (reason: FolderErrorReason): FolderError => new FolderError(reason, 'for the log only');

/** A report with what the test does not care about filled in. */
function report(parts: Partial<MediaReport>): MediaReport {
  return {
    ...{ saved: [], kept: [], skipped: [], failures: [], unsaved: [] },
    ...{ isCancelled: false, manifest: undefined, ...parts },
  };
}

describe('How saving media came out, in words (en)', () => {
  it('is a short sentence where all is well', () => {
    assert.equal(mediaReportText(report({ saved: saved(1) })), '1 file was saved.');
    assert.equal(mediaReportText(report({ saved: saved(24) })), '24 files were saved.');
  });

  it('counts what was there already and what was skipped', () => {
    assert.equal(
      mediaReportText(report({ saved: saved(2), kept: saved(3), skipped: items(4) })),
      '2 files were saved. 3 were there already. 4 were skipped, since other files have their names.',
    );
  });

  it('counts one as one', () => {
    const text = mediaReportText(report({ kept: saved(1), skipped: items(1), unsaved: items(1), isCancelled: true }));
    assert.equal(
      text,
      '0 files were saved. 1 was there already. 1 was skipped, since another file has its name. Cancelled: 1 is not saved yet. Saving again goes on from there.',
    );
  });

  it('says that it was cancelled, and that saving again goes on from there', () => {
    assert.equal(
      mediaReportText(report({ saved: saved(2), unsaved: items(3), isCancelled: true })),
      '2 files were saved. Cancelled: 3 are not saved yet. Saving again goes on from there.',
    );
    assert.equal(mediaReportText(report({ saved: saved(2), isCancelled: true })), '2 files were saved.');
  });

  for (const [reason, text] of Object.entries(folderTexts) as [FolderErrorReason, string][]) {
    it(`says what is wrong with the folder: ${reason}`, () => {
      assert.equal(
        mediaReportText(report({ failures: failures(folder(reason)) })),
        `0 files were saved. 1 failed: ${text}`,
      );
    });
  }

  for (const reason of ['expired', 'gone', 'linkRefused', 'unsafeUrl', 'cutOff', 'connection', 'tooLarge'] as const) {
    it(`says what failed on the way, as everywhere else: ${reason}`, () => {
      const { what } = errorText(api(reason), 'downloadMedia');
      assert.equal(
        mediaReportText(report({ failures: failures(api(reason)) })),
        `0 files were saved. 1 failed: ${what}`,
      );
    });
  }

  it('says the same reason once, the most frequent one first, and three of them at most', () => {
    const [gone, cut, lost] = [api('gone'), api('cutOff'), api('connection')];
    const text = mediaReportText(
      report({ failures: failures(gone, cut, cut, lost, cut, lost, folder('diskFull'), gone, lost, lost) }),
    );
    const [most, second, third] = [lost, cut, gone].map((error) => errorText(error, 'downloadMedia').what);
    assert.equal(text, `0 files were saved. 10 failed: ${most ?? ''} ${second ?? ''} ${third ?? ''}`);
  });

  it('repeats nothing that is meant for the log', () => {
    const text = mediaReportText(report({ failures: failures(api('gone'), folder('other')) }));
    assert.doesNotMatch(text, /for the log only|undefined|\{\d\}/);
  });
});
