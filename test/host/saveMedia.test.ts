import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { decodeManifest } from '../../src/core/media/manifest';
import type { ResultRow } from '../../src/core/results/row';
import { smallVideo } from '../simulator/media';
import { failure, generation, resultLine, rowsOf } from '../unit/results/lines';
import { picking } from './support/answers';
import { useExtension } from './support/extension';
import { useFiles } from './support/files';
import { useTestUser } from './support/testUser';
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
  const user = useTestUser();
  const files = useFiles();

  /** Adds a batch of four requests. @returns the rows of the three that succeeded, ordered by ID. */
  async function addFour(): Promise<ResultRow[]> {
    await addDone(api, { total: 4, succeeded: 3, failed: 1 });
    const rows = rowsOf(await resultFileOf(api)).filter(({ outcome }) => outcome === 'succeeded');
    assert.equal(rows.length, 3);
    return rows.sort((a, b) => ((a.requestId ?? '') < (b.requestId ?? '') ? -1 : 1));
  }
  const nameOf = ({ requestId = '' }: ResultRow): string => `${requestId}.mp4`;
  const videoOf = ({ generationId = '' }: ResultRow): Buffer => smallVideo(generationId);
  const mediaAskedFor = (): string[] => filesAskedFor(api).filter((file) => file.startsWith('/media/'));
  const savedText = (count: number): string => {
    const folder = vscode.workspace.asRelativePath(vscode.Uri.file(files.folder));
    return count === 1 ? `1 video saved to ${folder}.` : `${count} videos saved to ${folder}.`;
  };
  const pickFolder = (): void => files.willPick(vscode.Uri.file(files.folder));

  function assertSaved(...rows: ResultRow[]): void {
    for (const row of rows) {
      assert.ok(files.read(nameOf(row)).equals(videoOf(row)), nameOf(row));
    }
  }

  /** @returns the outcomes in the manifest by request ID. */
  function listed(): Record<string, string> {
    const manifest = decodeManifest(files.read(manifestName).toString()) ?? assert.fail('it is not a manifest');
    assert.equal(manifest.batchId, 'batch_done');
    return Object.fromEntries(manifest.requests.map(({ requestId = '', outcome }) => [requestId, outcome]));
  }

  it('saves complete videos, named after their requests, with a manifest', async () => {
    const rows = await addFour();
    pickFolder();
    await saveMedia();
    assert.deepEqual(files.names(), [manifestName, ...rows.map(nameOf)].sort());
    assertSaved(...rows);
    assert.deepEqual(listed(), Object.fromEntries(rows.map(({ requestId = '' }) => [requestId, 'saved'])));
    const message = user.onlyMessage();
    assert.deepEqual([message.kind, message.text], ['information', savedText(3)]);
    assert.equal(mediaAskedFor().length, 3);
  });

  it('asks for a folder, with the number of videos in the title', async () => {
    const [first] = await addFour();
    await saveMedia();
    await saveMedia([first?.line]);
    assert.deepEqual(
      files.asked.map(({ title }) => title),
      ['Save 3 Videos', 'Save 1 Video'],
    );
    const [options] = files.asked as vscode.OpenDialogOptions[];
    assert.deepEqual([options?.canSelectFolders, options?.canSelectFiles], [true, false]);
  });

  it('does nothing when the dialog is cancelled', async () => {
    await addFour();
    await saveMedia();
    assert.deepEqual([files.names(), user.messages, mediaAskedFor()], [[], [], []]);
  });

  it('saves only the given lines', async () => {
    const [, second] = await addFour();
    assert.ok(second);
    pickFolder();
    await saveMedia([second.line]);
    assert.deepEqual(files.names(), [manifestName, nameOf(second)].sort());
    assertSaved(second);
    assert.equal(user.onlyMessage().text, savedText(1));
  });

  it('can be started from the page for its selected rows', async () => {
    const [, , third] = await addFour();
    assert.ok(third);
    await vscode.commands.executeCommand('syncBatches.showResults', 'batch_done');
    pickFolder();
    await eventually(() => assert.ok(tabs.only().messagesOf('done').length > 0));
    tabs.only().send({ type: 'saveMedia', lines: [third.line] });
    await eventually(() => assert.equal(user.messages.length, 1));
    assert.deepEqual(files.names(), [manifestName, nameOf(third)].sort());
  });

  it('does not download again what an earlier run has saved', async () => {
    const rows = await addFour();
    pickFolder();
    await saveMedia();
    pickFolder();
    await saveMedia();
    assert.equal(mediaAskedFor().length, 3);
    assert.equal(user.messages[1]?.text, 'No videos saved. 3 were already saved.');
    assertSaved(...rows);
  });

  it('shows the manifest with a button', async () => {
    await addFour();
    pickFolder();
    user.willPress('Show List');
    await saveMedia();
    await eventually(() => {
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), files.uri(manifestName).toString());
    });
  });

  it('renews expired links', async () => {
    const rows = await addFour();
    // Caches the results with their current links.
    await vscode.commands.executeCommand('syncBatches.openResultsText', 'batch_done');
    api.simulator.expireLinks();
    pickFolder();
    await saveMedia();
    assert.equal(user.onlyMessage().text, savedText(3));
    assertSaved(...rows);
  });

  describe('when some videos fail', () => {
    /** Makes a video and the renewal of its link fail once. */
    function loseOnce({ generationId = '' }: ResultRow): void {
      const effect = { kind: 'status', status: 404 } as const;
      api.simulator.faults.add({ origin: 'files', path: `/media/${generationId}.mp4`, times: 1, effect });
      api.simulator.faults.add({ origin: 'api', path: `/v2/generate/${generationId}`, times: 1, effect });
    }

    it('reports how many and why, and saves the others', async () => {
      const [first, second, third] = await addFour();
      assert.ok(first && second && third);
      loseOnce(second);
      pickFolder();
      await saveMedia();
      const { kind, text, buttons } = user.onlyMessage();
      assert.equal(kind, 'warning');
      assert.ok(text.startsWith(savedText(2)), text);
      assert.match(text, / 1 failed: [A-Zs].+\.$/);
      assert.equal(buttons[0], 'Try Again');
      assertSaved(first, third);
      assert.deepEqual(files.names(), [manifestName, nameOf(first), nameOf(third)].sort());
      assert.equal(listed()[second.requestId ?? ''], 'failed');
    });

    it('saves the rest with Try Again, to the same folder and without a question', async () => {
      const rows = await addFour();
      assert.ok(rows[1]);
      loseOnce(rows[1]);
      pickFolder();
      user.willPress('Try Again');
      await saveMedia();
      await eventually(() => assert.equal(user.messages.length, 2));
      const again = user.messages[1];
      assert.deepEqual([again?.kind, again?.text], ['information', savedText(1)]);
      assertSaved(...rows);
      assert.deepEqual(new Set(Object.values(listed())), new Set(['saved']));
      assert.deepEqual([files.asked.length, mediaAskedFor().length], [1, 4]);
    });

    it('resumes after a lost connection, without a file that looks complete', async () => {
      const rows = await addFour();
      api.simulator.faults.add({ origin: 'files', path: /^\/media\//, times: 1, effect: { kind: 'truncate' } });
      pickFolder();
      await saveMedia();
      assert.equal(user.onlyMessage().text, savedText(3));
      assertSaved(...rows);
      assert.deepEqual(files.names(), [manifestName, ...rows.map(nameOf)].sort());
    });

    it('reports that the path is not a folder', async () => {
      await addFour();
      files.willPick(files.write('no folder', 'mine'));
      await saveMedia();
      const { kind, text } = user.onlyMessage();
      assert.equal(kind, 'warning');
      assert.match(text, /^No videos saved\. 3 failed: [A-Z].+\.$/);
      assert.equal(files.read('no folder').toString(), 'mine');
    });
  });

  describe('when a file with the name exists', () => {
    const mine = 'a file of mine';

    it('asks with its name and size, and keeps both files', async () => {
      const [first, second, third] = await addFour();
      assert.ok(first && second && third);
      files.write(nameOf(second), mine);
      pickFolder();
      const [pick, ...others] = await picking(['Keep both files'], saveMedia);
      assert.deepEqual(others, []);
      assert.equal(pick?.options?.title, `${nameOf(second)} already exists (14 B) and was not saved by this extension`);
      assert.equal(files.read(nameOf(second)).toString(), mine);
      assert.ok(files.read(`${second.requestId ?? ''} (2).mp4`).equals(videoOf(second)));
      assertSaved(first, third);
      assert.equal(user.onlyMessage().text, savedText(3));
    });

    it('overwrites it only if the user chooses so', async () => {
      const rows = await addFour();
      assert.ok(rows[0]);
      files.write(nameOf(rows[0]), mine);
      pickFolder();
      await picking(['Overwrite this file'], saveMedia);
      assertSaved(...rows);
      assert.deepEqual(files.names(), [manifestName, ...rows.map(nameOf)].sort());
    });

    it('skips it if the user chooses so, and reports that', async () => {
      const [first, second, third] = await addFour();
      assert.ok(first && second && third);
      files.write(nameOf(first), mine);
      pickFolder();
      await picking(['Skip this file'], saveMedia);
      assert.equal(files.read(nameOf(first)).toString(), mine);
      assertSaved(second, third);
      assert.equal(user.onlyMessage().text, `${savedText(2)} 1 was skipped because another file has its name.`);
    });

    for (const [answer, saved] of [
      ['Skip all existing files', 1],
      ['Keep both for all existing files', 3],
      ['Overwrite all existing files', 3],
    ] as const) {
      it(`asks once for all files: ${answer}`, async () => {
        const rows = await addFour();
        for (const row of rows.slice(0, 2)) {
          files.write(nameOf(row), mine);
        }
        pickFolder();
        const picks = await picking([answer], saveMedia);
        assert.equal(picks.length, 1);
        assert.ok(user.onlyMessage().text.startsWith(savedText(saved)));
        const untouched = rows.filter((row) => files.read(nameOf(row)).toString() === mine);
        assert.equal(untouched.length, answer.startsWith('Overwrite') ? 0 : 2);
      });
    }

    it('stops without changes when the question is cancelled', async () => {
      const rows = await addFour();
      for (const row of rows) {
        files.write(nameOf(row), mine);
      }
      pickFolder();
      await picking([], saveMedia);
      assert.ok(rows.every((row) => files.read(nameOf(row)).toString() === mine));
      const { text, buttons } = user.onlyMessage();
      assert.match(text, /^No videos saved\..* Cancelled: /);
      assert.equal(buttons[0], 'Try Again');
    });
  });

  it('reports that there are no videos', async () => {
    await addDone(api, { total: 1, failed: 1, resultText: resultLine('ep-01', failure()) });
    await saveMedia();
    const message = user.onlyMessage();
    assert.deepEqual([message.kind, message.text], ['information', 'None of the requests of batch_done has a video.']);
    assert.deepEqual(files.asked, []);
  });

  it('saves nothing for invalid lines', async () => {
    await addFour();
    await saveMedia([null, '0', {}, NaN, 0.5, -1, 99]);
    assert.match(user.onlyMessage().text, /^None of the 2 selected requests has a video\.$/);
    assert.deepEqual(files.asked, []);
  });

  it('saves only to a local folder, and reports that', async () => {
    await addFour();
    files.willPick(vscode.Uri.parse('vscode-vfs://github/somebody/videos'));
    await saveMedia();
    const message = user.onlyMessage();
    assert.deepEqual([message.kind, message.text], ['warning', 'Media can only be saved to a local folder.']);
    assert.deepEqual(mediaAskedFor(), []);
  });

  it('never requests an unsafe URL, and gives files safe names', async () => {
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
    assert.ok(user.onlyMessage().text.startsWith(`${savedText(1)} 3 failed: `));
  });
});
