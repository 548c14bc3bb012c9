import { expect, test } from './fixtures';

test.describe('The packaged extension', () => {
  // As users have it. The other tests have few of the extensions that come with VS Code.
  test.use({ builtInExtensions: 'all' });

  test('has its commands in the palette of a fresh window, and its view in the activity bar', async ({ workbench }) => {
    await workbench.open();
    const commands = await workbench.quickInput.commandsFor('Sync Batches: Refresh');
    expect(commands).toContain('Sync Batches: Refresh');
    await workbench.view.open();
    await expect.poll(() => workbench.view.title()).toContain('Batches');
  });
});
