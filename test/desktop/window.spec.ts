import { Shell } from '../e2e/pages/shell.ts';
import { expect, test } from './fixtures.ts';

test.describe('with the demo', () => {
  test.use({ appArgs: ['--demo'] });

  test('the window opens over app:// and shows the interface', async ({ desktop }) => {
    const page = await desktop.page();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const [window] = await desktop.app.controls.windows();
    expect(window).toMatchObject({ url: 'app://sluice/', visible: true });
    expect(desktop.app.remote).toEqual([]);
  });

  test('a reloaded page is served and bridged again', async ({ desktop }) => {
    const page = await desktop.page();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  });

  test('the engine killed is said, and comes back', async ({ desktop }) => {
    const page = await desktop.page();
    const { controls } = desktop.app;
    const before = (await controls.engine())?.pid ?? null;
    if (before === null) throw new Error('There is no engine process.');
    process.kill(before, 'SIGKILL');
    await expect.poll(async () => (await controls.engine())?.pid ?? before).not.toBe(before);
    const answer = await page.evaluate(() => window.sluice?.call('app.info', {}));
    expect(answer).toMatchObject({ ok: true });
  });
});

test('the page gets the bridge and nothing else of Electron, Node or the preload', async ({ desktop }) => {
  const page = await desktop.page();
  const seen = await page.evaluate(() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    // What a page of Chromium has by itself.
    const usual = new Set(Object.getOwnPropertyNames(frame.contentWindow));
    frame.remove();
    const own = Object.getOwnPropertyNames(window).filter((name) => !usual.has(name) && !/^\d+$/.test(name));
    const bridge = window.sluice as unknown as Record<string, unknown>;
    return { own, bridge: Object.keys(bridge).sort(), frozen: Object.isFrozen(bridge) };
  });
  // zod keeps its registry beside itself; it is the page's own.
  expect(seen.own.filter((name) => !name.startsWith('__zod_'))).toEqual(['sluice']);
  expect(seen.bridge).toEqual(
    ['call', 'capabilities', 'chooseFile', 'onConnection', 'onEvent', 'onRequest', 'openLogFolder'].sort(),
  );
  expect(seen.frozen).toBe(true);
});

test('a second start shows the window of the first and leaves', async ({ desktop }) => {
  await desktop.page();
  const { app } = desktop;
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
  expect((await app.controls.windows())[0]).toMatchObject({ minimized: true });
  expect(await app.startSecond()).toBe(0);
  await expect.poll(async () => (await app.controls.windows())[0]?.minimized).toBe(false);
  expect(await app.controls.windows()).toHaveLength(1);
});

test('quit ends the engine and leaves with 0; a new start has everything again', async ({
  desktop,
  demo,
}) => {
  const page = await desktop.page();
  const [feed] = demo.servers;
  const added = await page.evaluate(
    async (url) =>
      await window.sluice?.call('sources.save', {
        settings: {
          kind: 'taxii',
          name: 'kept',
          id: '1',
          discoveryUrl: url,
          auth: { method: 'none' },
        } as never,
        previousName: null,
      }),
    feed?.url ?? '',
  );
  expect(added).toMatchObject({ ok: true });
  const engine = (await desktop.app.controls.engine())?.pid ?? 0;
  expect(await desktop.restart()).toBe(0);
  expect(() => process.kill(engine, 0)).toThrow();
  const again = await desktop.page();
  await new Shell(again).go('sources');
  await expect(again.getByText('kept').first()).toBeVisible();
});

test('the updater, which only an installed package needs, is whole', async ({ desktop }) => {
  await desktop.page();
  const file = new URL('../../out/main/on-demand-main.js', import.meta.url).href;
  const kinds = await desktop.app.evaluate(async (_electron, url) => {
    const { default: updater } = (await import(url)) as { default: Record<string, unknown> };
    return ['AppImageUpdater', 'NsisUpdater', 'MacUpdater'].map((name) => typeof updater[name]);
  }, file);
  expect(kinds).toEqual(['function', 'function', 'function']);
});
