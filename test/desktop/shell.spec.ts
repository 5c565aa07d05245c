import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ask } from './ask.ts';
import { expect, test } from './fixtures.ts';

/** The window's frame: menu, place on the screen, theme, login, and a start that cannot be. */

test('the native menu does what the page does, and shows its keys', async ({ desktop }) => {
  const { controls } = desktop.app;
  const page = await desktop.page();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await controls.chooseInMenu(['View', 'Log']);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Log');
  await controls.chooseInMenu(['View', 'Search or jump to…']);
  await expect(page.getByRole('dialog', { name: 'Search or jump to' })).toBeVisible();
  const view = (await controls.menu()).find((entry) => entry.label === 'View');
  expect(view?.submenu.find((entry) => entry.id === 'window.palette')?.accelerator).toBe('CmdOrCtrl+K');
});

test('the log folder holds the log in the collectors’ format', async ({ desktop }) => {
  const { controls } = desktop.app;
  const page = await desktop.page();
  await ask(page, 'app.pause', { paused: true });
  await page.evaluate(() => {
    location.hash = '#/log';
  });
  await controls.setOnline(false);
  await controls.chooseInMenu(['Help', 'Open the log folder']);
  await expect.poll(() => controls.opened()).toHaveLength(1);
  const [opened] = await controls.opened();
  const folder = opened?.what ?? '';
  await expect
    .poll(
      () => (existsSync(join(folder, 'sluice.log')) ? readFileSync(join(folder, 'sluice.log'), 'utf8') : ''),
      {
        timeout: 15_000,
      },
    )
    .toMatch(/^\d{4}-\d\d-\d\dT[\d:.]{12} {4}INFO MainProcess::MainThread -> There is no network\. .*\n/m);
});

test('the window is where it was, after a restart', async ({ desktop }) => {
  await desktop.page();
  const bounds = { x: 40, y: 30, width: 1100, height: 700 };
  await desktop.app.controls.moveWindow(bounds);
  await desktop.restart();
  await desktop.page();
  expect((await desktop.app.controls.windows())[0]?.bounds).toEqual(bounds);
});

test('without a tray closing the window ends it, and nothing is explained', async ({ desktop }) => {
  await desktop.page();
  expect(await desktop.app.controls.tray()).toBeNull();
  await desktop.app.controls.closeWindow();
  expect(await desktop.app.exited).toBe(0);
});

test('the theme of the settings is that of the window, dark with the system until then', async ({
  desktop,
}) => {
  const { app } = desktop;
  const page = await desktop.page();
  const dark = (): Promise<boolean> =>
    page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  await app.controls.setSystemDark(true);
  await expect.poll(dark).toBe(true);
  const settings = await ask(page, 'settings.get', {});
  await ask(page, 'settings.save', { settings: { ...settings, theme: 'light' } });
  await expect.poll(dark).toBe(false);
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'light');
});

test('starting at login is an entry of the desktop that comes and goes', async ({ desktop }) => {
  test.skip(process.platform !== 'linux', 'Elsewhere the system keeps it.');
  const page = await desktop.page();
  const file = join(desktop.configHome, 'autostart', 'sluice.desktop');
  const settings = await ask(page, 'settings.get', {});
  expect(existsSync(file)).toBe(false);
  await ask(page, 'settings.save', { settings: { ...settings, startAtLogin: true } });
  await expect.poll(() => existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toMatch(/^Exec="[^"]+" "[^"]+" --hidden$/m);
  await ask(page, 'settings.save', { settings: { ...settings, startAtLogin: false } });
  await expect.poll(() => existsSync(file)).toBe(false);
});

test.describe('started at login', () => {
  test.use({ tray: true, appArgs: ['--hidden'] });
  test('there is an icon and no window, until it is asked for', async ({ desktop }) => {
    const { controls } = desktop.app;
    await expect.poll(async () => (await controls.tray())?.toolTip).toBe('Sluice – Up to date');
    expect(await controls.windows()).toEqual([]);
    await controls.clickTray();
    await expect((await desktop.page()).getByRole('heading', { level: 1 })).toBeVisible();
  });
});

test('a page that crashes is loaded again', async ({ desktop }) => {
  await (await desktop.page()).waitForLoadState();
  await desktop.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
  );
  await expect
    .poll(
      async () => {
        const page = await desktop.page();
        return await page
          .getByRole('heading', { level: 1 })
          .count()
          .catch(() => 0);
      },
      { timeout: 20_000 },
    )
    .toBe(1);
});

test.describe('a start that cannot be', () => {
  test.describe('with settings of a newer version', () => {
    test.use({ dataFiles: { 'settings.json': '{"version": 99}' } });
    test('says so and what to do, and leaves the file alone', async ({ desktop }) => {
      const { app } = desktop;
      await expect.poll(async () => (await app.controls.dialogs()).length, { timeout: 20_000 }).toBe(1);
      const [said] = await app.controls.dialogs();
      expect(said?.options).toMatchObject({
        title: 'Sluice cannot start',
        buttons: ['Show the folder', 'Quit'],
      });
      expect(String(said?.options.message)).toContain('written by a newer version');
      await app.controls.answerDialog({ response: 1 }).catch(() => {});
      expect(await app.exited).toBe(1);
      expect(readFileSync(join(desktop.userData, 'data', 'settings.json'), 'utf8')).toBe('{"version": 99}');
    });
  });

  test('while another process has the store is said after a wait, and tried again when it is free', async ({
    desktop,
  }) => {
    await desktop.page();
    await desktop.app.close();
    const holder = new Database(join(desktop.userData, 'data', 'sluice.db'));
    holder.pragma('journal_mode = DELETE');
    holder.exec('BEGIN EXCLUSIVE');
    await desktop.restart();
    const { controls } = desktop.app;
    await expect.poll(async () => (await controls.dialogs()).length, { timeout: 40_000 }).toBe(1);
    const [said] = await controls.dialogs();
    expect(said?.options).toMatchObject({ buttons: ['Try again', 'Quit'] });
    expect(String(said?.options.message)).toContain('Another process is writing to the store');
    holder.exec('COMMIT');
    holder.close();
    await controls.answerDialog({ response: 0 });
    await expect((await desktop.page()).getByRole('heading', { level: 1 })).toBeVisible();
  });

  test.describe('with a store that is none', () => {
    test.use({ dataFiles: { 'sluice.db': 'x'.repeat(5000) } });
    test('can be tried again once the file was moved away', async ({ desktop }) => {
      const { app } = desktop;
      await expect.poll(async () => (await app.controls.dialogs()).length, { timeout: 20_000 }).toBe(1);
      const [said] = await app.controls.dialogs();
      expect(said?.options).toMatchObject({ buttons: ['Show the folder', 'Try again', 'Quit'] });
      const store = join(desktop.userData, 'data', 'sluice.db');
      renameSync(store, `${store}.aside`);
      await app.controls.answerDialog({ response: 1 });
      await expect((await desktop.page()).getByRole('heading', { level: 1 })).toBeVisible();
    });
  });
});
