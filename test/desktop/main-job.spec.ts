import { firstHandOver } from '../e2e/pages/first-hand-over.ts';
import { Shell } from '../e2e/pages/shell.ts';
import { SourcesPage } from '../e2e/pages/sources-page.ts';
import { expect, SIGN_IN, test } from './fixtures.ts';

test('from nothing to handed over in the window: add a source, pull, review, approve, hand over', async ({
  desktop,
  demo,
}) => {
  const page = await desktop.page();
  const shell = new Shell(page);
  const sources = new SourcesPage(page);
  const [feed] = demo.servers;
  if (feed === undefined) throw new Error('no feed');

  await shell.go('sources');
  await sources.startAdding();
  await sources.fillServer({ url: feed.url, name: 'my_feed', ...SIGN_IN });
  await sources.test();
  await expect(sources.found).toContainText('Perimeter indicators');
  await sources.save();
  await sources.pulled('my_feed');

  await firstHandOver(page, demo);
});
