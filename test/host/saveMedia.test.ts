import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { decodeManifest } from '../../src/core/media/manifest';
import type { ResultRow } from '../../src/core/results/row';
import { smallVideo } from '../simulator/media';
import { failure, generation, resultLine, rowsOf } from '../unit/results/lines';
import { picking } from './support/answers';
import { useExtension } from './support/extension';
import { useFiles } from './support/files';
import { usePerson } from './support/person';
import { eventually } from './support/poll';
import { addDone, filesAskedFor, resultFileOf, useResultsApi } from './support/results';
import { useResultsTabs } from './support/resultsTabs';

useExtension();

const saveMedia = (lines?: unknown): Thenable<unknown> =>
  vscode.commands.executeCommand('syncBatches.saveMedia', 'batch_done', lines);

const manifestName = 'batch_done.manifest.json';

describe('Save Media', () => {
  const tabs = useResultsTabs();
  const api = useResultsApi();
  const person = usePerson();
  const files = useFiles();

  /** Rows of a batch of four, three of which succeeded, in the order of their IDs. */
  async function addFour(): Promise<ResultRow[]> {
    await addDone(api, { total: 4, succeeded: 3, failed: 1 });
    const rows = rowsOf(await resultFileOf(api)).filter(({ outcome }) => outcome === 'succeeded');
    assert.equal(rows.length, 3);
    return rows.sort((a, b) => ((a.requestId ?? '') < (b.requestId ?? '') ? -1 : 1));
  }
  const nameOf = ({ requestId = '' }: ResultRow): string => `${requestId}.mp4`;
  const videoOf = ({ generationId = '' }: ResultRow): Buffer => smallVideo(generationId);
  const mediaAskedFor = (): string[] => filesAskedFor(api).filter((file) => file.startsWith('/media/'));
  const pickFolder = (): void => files.willPick(vscode.Uri.file(files.folder));

  function assertSaved(...rows: ResultRow[]): void {
    for (const row of rows) {
      assert.ok(files.read(nameOf(row)).equals(videoOf(row)), nameOf(row));
    }
  }

  /** What the list beside the files says came of each request. */
  function listed(): Record<string, string> {
    const manifest = decodeManifest(files.read(manifestName).toString()) ?? assert.fail('it is no list');
    assert.equal(manifest.batchId, 'batch_done');
    return Object.fromEntries(manifest.requests.map(({ requestId = '', outcome }) => [requestId, outcome]));
  }

  it('leaves the videos in the folder, whole and by the names of their requests, beside a list of them', async () => {
    const rows = await addFour();
    pickFolder();
    await saveMedia();
    assert.deepEqual(files.names(), [manifestName, ...rows.map(nameOf)].sort());
    assertSaved(...rows);
    assert.deepEqual(listed(), Object.fromEntries(rows.map(({ requestId = '' }) => [requestId, 'saved'])));
    const message = person.onlyMessage();
    assert.deepEqual([message.kind, message.text], ['information', '3 files were saved.']);
    assert.equal(mediaAskedFor().length, 3);
  });

  it('asks for a folder, and says for how many files', async () => {
    const [first] = await addFour();
    await saveMedia();
    await saveMedia([first?.line]);
    assert.deepEqual(
      files.asked.map(({ title }) => title),
      ['Folder for 3 Files', 'Folder for 1 File'],
    );
    const [options] = files.asked as vscode.OpenDialogOptions[];
    assert.deepEqual([options?.canSelectFolders, options?.canSelectFiles], [true, false]);
  });

  it('does nothing and says nothing when the dialog is escaped', async () => {
    await addFour();
    await saveMedia();
    assert.deepEqual([files.names(), person.messages, mediaAskedFor()], [[], [], []]);
  });

  it('saves only the rows that are wanted', async () => {
    const [, second] = await addFour();
    assert.ok(second);
    pickFolder();
    await saveMedia([second.line]);
    assert.deepEqual(files.names(), [manifestName, nameOf(second)].sort());
    assertSaved(second);
    assert.equal(person.onlyMessage().text, '1 file was saved.');
  });

  it('is what the page asks for its selected rows, too', async () => {
    const [, , third] = await addFour();
    assert.ok(third);
    await vscode.commands.executeCommand('syncBatches.showResults', 'batch_done');
    pickFolder();
    await eventually(() => assert.ok(tabs.only().toldOf('done').length > 0));
    tabs.only().say({ type: 'saveMedia', lines: [third.line] });
    await eventually(() => assert.equal(person.messages.length, 1));
    assert.deepEqual(files.names(), [manifestName, nameOf(third)].sort());
  });

  it('does not load again what an earlier run has saved', async () => {
    const rows = await addFour();
    pickFolder();
    await saveMedia();
    pickFolder();
    await saveMedia();
    assert.equal(mediaAskedFor().length, 3);
    assert.equal(person.messages[1]?.text, '0 files were saved. 3 were there already.');
    assertSaved(...rows);
  });

  it('shows the list of the files from there', async () => {
    await addFour();
    pickFolder();
    person.willPress('Show List');
    await saveMedia();
    await eventually(() => {
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), files.uri(manifestName).toString());
    });
  });

  it('renews links that have expired', async () => {
    const rows = await addFour();
    // The results are kept, with the links of that time in them.
    await vscode.commands.executeCommand('syncBatches.openResultsText', 'batch_done');
    api.simulator.expireLinks();
    pickFolder();
    await saveMedia();
    assert.equal(person.onlyMessage().text, '3 files were saved.');
    assertSaved(...rows);
  });

  describe('where some of them fail', () => {
    /** One video is neither there nor to be had by another link, once. */
    function loseOnce({ generationId = '' }: ResultRow): void {
      const effect = { kind: 'status', status: 404 } as const;
      api.simulator.faults.add({ origin: 'files', path: `/media/${generationId}.mp4`, times: 1, effect });
      api.simulator.faults.add({ origin: 'api', path: `/v2/generate/${generationId}`, times: 1, effect });
    }

    it('says how many and why, and leaves the others whole', async () => {
      const [first, second, third] = await addFour();
      assert.ok(first && second && third);
      loseOnce(second);
      pickFolder();
      await saveMedia();
      const { kind, text, buttons } = person.onlyMessage();
      assert.equal(kind, 'warning');
      assert.match(text, /^2 files were saved\. 1 failed: [A-Zs].+\.$/);
      assert.equal(buttons[0], 'Try Again');
      assertSaved(first, third);
      assert.deepEqual(files.names(), [manifestName, nameOf(first), nameOf(third)].sort());
      assert.equal(listed()[second.requestId ?? ''], 'failed');
    });

    it('saves the rest with Try Again, in the same folder and without asking', async () => {
      const rows = await addFour();
      assert.ok(rows[1]);
      loseOnce(rows[1]);
      pickFolder();
      person.willPress('Try Again');
      await saveMedia();
      await eventually(() => assert.equal(person.messages.length, 2));
      const again = person.messages[1];
      assert.deepEqual([again?.kind, again?.text], ['information', '1 file was saved.']);
      assertSaved(...rows);
      assert.deepEqual(new Set(Object.values(listed())), new Set(['saved']));
      assert.deepEqual([files.asked.length, mediaAskedFor().length], [1, 4]);
    });

    it('goes on with a video whose connection broke off, which never looks like a whole one', async () => {
      const rows = await addFour();
      api.simulator.faults.add({ origin: 'files', path: /^\/media\//, times: 1, effect: { kind: 'truncate' } });
      pickFolder();
      await saveMedia();
      assert.equal(person.onlyMessage().text, '3 files were saved.');
      assertSaved(...rows);
      assert.deepEqual(files.names(), [manifestName, ...rows.map(nameOf)].sort());
    });

    it('says that the folder is none where something else has its place', async () => {
      await addFour();
      files.willPick(files.write('no folder', 'mine'));
      await saveMedia();
      const { kind, text } = person.onlyMessage();
      assert.equal(kind, 'warning');
      assert.match(text, /^0 files were saved\. 3 failed: [A-Z].+\.$/);
      assert.equal(files.read('no folder').toString(), 'mine');
    });
  });

  describe('where a file has the name already that it did not save', () => {
    const mine = 'a file of mine';

    it('asks, with its name and size, and keeps both files', async () => {
      const [first, second, third] = await addFour();
      assert.ok(first && second && third);
      files.write(nameOf(second), mine);
      pickFolder();
      const [pick, ...others] = await picking(['Keep both files'], saveMedia);
      assert.deepEqual(others, []);
      assert.equal(pick?.options?.title, `${nameOf(second)} is there already (14 B), and was not saved from here`);
      assert.equal(files.read(nameOf(second)).toString(), mine);
      assert.ok(files.read(`${second.requestId ?? ''} (2).mp4`).equals(videoOf(second)));
      assertSaved(first, third);
      assert.equal(person.onlyMessage().text, '3 files were saved.');
    });

    it('overwrites it only where the person says so', async () => {
      const rows = await addFour();
      assert.ok(rows[0]);
      files.write(nameOf(rows[0]), mine);
      pickFolder();
      await picking(['Overwrite this file'], saveMedia);
      assertSaved(...rows);
      assert.deepEqual(files.names(), [manifestName, ...rows.map(nameOf)].sort());
    });

    it('skips it where the person says so, and says that it did', async () => {
      const [first, second, third] = await addFour();
      assert.ok(first && second && third);
      files.write(nameOf(first), mine);
      pickFolder();
      await picking(['Skip this file'], saveMedia);
      assert.equal(files.read(nameOf(first)).toString(), mine);
      assertSaved(second, third);
      assert.equal(person.onlyMessage().text, '2 files were saved. 1 was skipped, since another file has its name.');
    });

    for (const [answer, saved] of [
      ['Skip all such files', 1],
      ['Keep both of all such files', 3],
      ['Overwrite all such files', 3],
    ] as const) {
      it(`asks once for all of them: ${answer}`, async () => {
        const rows = await addFour();
        for (const row of rows.slice(0, 2)) {
          files.write(nameOf(row), mine);
        }
        pickFolder();
        const picks = await picking([answer], saveMedia);
        assert.equal(picks.length, 1);
        assert.ok(person.onlyMessage().text.startsWith(saved === 1 ? '1 file was saved.' : '3 files were saved.'));
        const untouched = rows.filter((row) => files.read(nameOf(row)).toString() === mine);
        assert.equal(untouched.length, answer.startsWith('Overwrite') ? 0 : 2);
      });
    }

    it('stops at once when the question is escaped, with what is there as it was', async () => {
      const rows = await addFour();
      for (const row of rows) {
        files.write(nameOf(row), mine);
      }
      pickFolder();
      await picking([], saveMedia);
      assert.ok(rows.every((row) => files.read(nameOf(row)).toString() === mine));
      const { text, buttons } = person.onlyMessage();
      assert.match(text, /^0 files were saved\..* Cancelled: /);
      assert.equal(buttons[0], 'Try Again');
    });
  });

  it('says so where there is nothing to be saved', async () => {
    await addDone(api, { total: 1, failed: 1, resultText: resultLine('ep-01', failure()) });
    await saveMedia();
    const message = person.onlyMessage();
    assert.deepEqual([message.kind, message.text], ['information', 'There are no media to be saved in batch_done.']);
    assert.deepEqual(files.asked, []);
  });

  it('takes nothing for a row that is none', async () => {
    await addFour();
    await saveMedia([null, '0', {}, NaN, 0.5, -1, 99]);
    assert.match(person.onlyMessage().text, /^There are no media/);
    assert.deepEqual(files.asked, []);
  });

  it('saves only onto a disk, and says so', async () => {
    await addFour();
    files.willPick(vscode.Uri.parse('vscode-vfs://github/somebody/videos'));
    await saveMedia();
    const message = person.onlyMessage();
    assert.deepEqual([message.kind, message.text], ['warning', 'Media can be saved only into a folder on a disk.']);
    assert.deepEqual(mediaAskedFor(), []);
  });

  it('never asks for an address that is not safe, and gives files safe names', async () => {
    const lines = [
      resultLine('../../escaped', generation({ outputUrl: api.simulator.mediaUrl('gen_1') })),
      ...['javascript:alert(1)', 'file:///etc/passwd', 'http://files.example.test/a.mp4'].map((outputUrl, index) =>
        resultLine(`evil-${index}`, generation({ id: undefined, outputUrl })),
      ),
    ];
    await addDone(api, { total: 4, succeeded: 4, resultText: lines.join('\n') });
    pickFolder();
    await saveMedia();
    assert.deepEqual(mediaAskedFor(), ['/media/gen_1.mp4']);
    const videos = files.names().filter((name) => name !== manifestName);
    assert.equal(videos.length, 1);
    assert.match(videos[0] ?? '', /^[\w.]*escaped\.mp4$/);
    assert.match(person.onlyMessage().text, /^1 file was saved\. 3 failed: /);
  });
});
