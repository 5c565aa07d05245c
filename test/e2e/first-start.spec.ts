import { expect, SIGN_IN, test } from './app.ts';
import { firstHandOver } from './pages/first-hand-over.ts';
import { Shell } from './pages/shell.ts';
import { SourcesPage } from './pages/sources-page.ts';

test.use({ configured: 'empty' });

test('from nothing to handed over: add a source, a destination, pull, approve, hand over', async ({
  sluice: page,
  app,
}) => {
  const shell = new Shell(page);
  const sources = new SourcesPage(page);
  const [feed] = app.demo.servers;
  if (feed === undefined) throw new Error('no feed');

  await shell.go('sources');
  await sources.startAdding();
  await sources.fillServer({ url: feed.url, name: 'my_feed', username: SIGN_IN.username, password: 'wrong' });
  await sources.test();
  await expect(sources.form).toContainText(
    'The username or the password provided in the config.yaml is incorrect',
  );
  await expect(sources.form).toContainText('301');
  await sources.form.getByLabel('Password', { exact: true }).fill(SIGN_IN.password);
  await sources.test();
  await expect(sources.found).toContainText('Perimeter indicators');
  await sources.save();
  await sources.pulled('my_feed');

  await firstHandOver(page, app.demo);
});

test('empty views say what to do next', async ({ sluice: page }) => {
  const shell = new Shell(page);
  for (const view of ['sources', 'review', 'deliver', 'history', 'log'] as const) {
    await shell.go(view);
    await expect(page.getByRole('main')).not.toBeEmpty();
  }
  await shell.go('sources');
  await expect(page.getByRole('button', { name: /^Add( a source)?$/ }).first()).toBeVisible();
});
