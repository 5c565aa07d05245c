import { DEMO_THREATQ_PASSWORD, DEMO_THREATQ_USER } from '../../main/node/demo/demo-threatq.ts';
import { devoRelaySettings } from '../../shared/settings.ts';
import { threatqSettings } from '../../shared/settings-threatq.ts';
import { type App, ask, expect, test } from './app.ts';
import { expectAxeClean } from './axe.ts';
import { DeliverPage } from './pages/deliver-page.ts';
import { ReviewPage } from './pages/review-page.ts';
import { Shell } from './pages/shell.ts';
import { SourcesPage } from './pages/sources-page.ts';

test.use({ configured: 'empty' });

/** A ThreatQuotient source that is not pulled by itself, and a relay. */
async function configure(app: App, flatten: 'sources' | null = null): Promise<void> {
  const settings = threatqSettings.parse({
    ...app.demo.threatq.source,
    name: 'tq',
    username: DEMO_THREATQ_USER,
    enabled: false,
    flatten,
  });
  await ask(app, 'sources.save', { settings, previousName: null });
  await ask(app, 'sources.setSecret', { name: 'tq', field: 'password', value: DEMO_THREATQ_PASSWORD });
  const relay = { kind: 'devo-relay', name: 'relay', address: '127.0.0.1', port: app.demo.devo.ports.relay };
  await ask(app, 'destinations.save', { settings: devoRelaySettings.parse(relay), previousName: null });
}

for (const theme of ['Light', 'Dark'] as const) {
  test(`an event goes out as a message per source once the form says so: ${theme}`, async ({
    sluice: page,
    app,
  }) => {
    test.setTimeout(120_000);
    await configure(app);
    const shell = new Shell(page);
    await shell.theme(theme);
    await shell.go('sources');
    const sources = new SourcesPage(page);
    await sources.choose('tq');
    await sources.button('Edit').click();
    const what = page.getByRole('form').getByRole('combobox', { name: 'What Devo gets' });
    await expect(what).toHaveValue('One message per event');
    await what.click();
    await page.getByRole('option', { name: 'One message per source' }).click();
    await what.scrollIntoViewIfNeeded();
    await expectAxeClean(page, 'the form of a source that flattens');
    await sources.save();
    await expect(sources.source('tq').getByText('as one message per source')).toBeVisible();
    await sources.button('Pull now').click();
    await expect(sources.source('tq').getByText('75 records received, 75 new')).toBeVisible({
      timeout: 30_000,
    });
    const selection = { filter: { kind: ['event' as const] } };
    await ask(app, 'records.decide', { selection, decision: 'approved', reason: null });

    // The record's own messages, each by itself.
    const { rows } = await ask(app, 'records.page', {
      ...selection,
      sort: { by: 'arrival', dir: 'asc' },
      limit: 75,
    });
    const several = rows.find((row) => row.cells?.kind === 'event' && row.cells.sources.length === 2);
    await shell.go('review');
    const review = new ReviewPage(page);
    await review.showAll();
    await review.find(several?.name ?? '');
    await review.open(0);
    const tab = await review.tab('For Devo');
    await expect(tab.getByText('2 messages', { exact: true })).toBeVisible();
    const names = several?.cells?.kind === 'event' ? several.cells.sources : [];
    for (const [n, name] of names.entries()) {
      await expect(tab.getByRole('heading', { name: `Message ${n + 1} of 2` })).toBeVisible();
      const bytes = tab.getByRole('region', { name: `Exact bytes of message ${n + 1} for relay` });
      await expect(bytes).toContainText(`"sources":[{"id":${n + 1},"name":"${name}"`);
      await expect(bytes).not.toContainText(`"name":"${names[1 - n]}"`);
    }
    await expectAxeClean(page, 'the messages of a record');

    // Records stay records, messages are counted beside them.
    await shell.go('deliver');
    const deliver = new DeliverPage(page);
    await deliver.dryRun.click();
    const planned = deliver.plan('relay').getByText(/^75 records as \d+ messages, /);
    await expect(planned).toBeVisible();
    await expect(deliver.plan('relay').getByRole('columnheader', { name: 'Messages' })).toBeVisible();
    // Types that share a tag are one row.
    const tags = await deliver.plan('relay').locator('tbody td:first-child code').allTextContents();
    expect(tags).toHaveLength(new Set(tags).size);
    await expectAxeClean(page, 'a plan with more messages than records');
    const messages = Number(/as (\d+) messages/.exec((await planned.textContent()) ?? '')?.[1]);
    await deliver.handOver.click();
    await expect(deliver.result('relay')).toContainText(`75 records as ${messages} messages`, {
      timeout: 20_000,
    });
    await expectAxeClean(page, 'the result of a hand-over of more messages than records');
    expect(app.demo.devo.total).toBe(messages);
    expect(messages).toBeGreaterThan(75);
  });
}

test('of many messages the first are shown, and the keyboard stays where the next begin', async ({
  sluice: page,
  app,
}) => {
  const NAMES = Array.from({ length: 45 }, (_, n) => ({ id: n + 1, name: `Sensor ${n + 1}` }));
  const at = new Date(Date.now() - 60_000).toISOString().slice(0, 19).replace('T', ' ');
  const event = {
    id: 7001,
    title: 'Seen by many',
    type_id: 1,
    created_at: at,
    happened_at: at,
    updated_at: at,
  };
  const body = JSON.stringify({
    total: 1,
    data: [{ ...event, description: 'x'.repeat(40_000), attributes: [], sources: NAMES }],
  });
  app.demo.threatq.behaviour.before = (path) => (path === '/api/events/query' ? { status: 200, body } : null);
  await configure(app, 'sources');
  const shell = new Shell(page);
  await shell.go('sources');
  const sources = new SourcesPage(page);
  await sources.choose('tq');
  await sources.button('Pull now').click();
  await expect(sources.source('tq').getByText('1 record received, 1 new')).toBeVisible();
  await shell.go('review');
  const review = new ReviewPage(page);
  await page.reload();
  await review.open(0);
  const tab = await review.tab('For Devo');
  const bytes = tab.getByRole('region', { name: /^Exact bytes of message/ });
  await expect(bytes).toHaveCount(20);
  await tab
    .getByRole('button', { name: /^Show the remaining / })
    .last()
    .press('Enter');
  await expect(bytes.nth(19)).toBeFocused();
  await expect(bytes.nth(19)).toContainText('"name":"Sensor 20"');
  await tab.getByRole('button', { name: 'Show the next 20 of 25 more messages' }).press('Enter');
  await expect(bytes).toHaveCount(40);
  await tab.getByRole('button', { name: 'Show the last 5 messages' }).press('Enter');
  await expect(bytes).toHaveCount(45);
  await expect(tab.locator(':focus')).toHaveCount(1);
});
