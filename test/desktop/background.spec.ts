import { addSource, ask, firstServer } from './ask.ts';
import type { Desktop } from './fixtures.ts';
import { expect, test } from './fixtures.ts';

/** What goes on while no window is there: tray, notifications, sleep, no network, and the way back. */

test.use({ tray: true });

const STAY = { response: 0, checkboxChecked: false };
const tip = async (desktop: Desktop): Promise<string> => (await desktop.app.controls.tray())?.toolTip ?? '';
const labels = async (desktop: Desktop): Promise<string[]> =>
  ((await desktop.app.controls.tray())?.menu ?? []).map((entry) => entry.label);

/** The menu follows the engine a moment later. */
async function chooseWhenThere(desktop: Desktop, path: readonly string[]): Promise<void> {
  await expect(async () => await desktop.app.controls.chooseInTray(path)).toPass({ timeout: 15_000 });
}

/** Closes the window, the first time past the explanation. */
async function closeToTray(desktop: Desktop, explained = false): Promise<void> {
  const { controls } = desktop.app;
  await controls.closeWindow();
  if (!explained) {
    await expect.poll(async () => (await controls.dialogs()).filter((d) => d.open)).toHaveLength(1);
    await controls.answerDialog(STAY);
  }
  await expect.poll(async () => await controls.windows()).toEqual([]);
}

test('from the tray: pull all now, a notification tells of new records, a click leads to the review', async ({
  desktop,
  demo,
}) => {
  const { controls } = desktop.app;
  const page = await desktop.page();
  await ask(page, 'app.pause', { paused: true });
  await addSource(page, firstServer(demo));
  await closeToTray(desktop);

  await expect.poll(() => labels(desktop)).toContain('Pull all sources now');
  const idle = (await controls.tray())?.image;
  await chooseWhenThere(desktop, ['Pull all sources now']);
  await expect.poll(() => controls.notifications(), { timeout: 30_000 }).toHaveLength(1);
  const [notice] = await controls.notifications();
  expect(notice?.title).toMatch(/^\d[\d,]* new records to review$/);
  expect(notice?.body).toContain(firstServer(demo).name);
  await expect.poll(() => tip(desktop)).toMatch(/^Sluice – [\d,]+ records to review$/);
  expect((await controls.tray())?.image).not.toBe(idle);
  expect((await controls.system()).badge).toBeGreaterThan(0);

  await controls.clickNotification(0);
  const back = await desktop.page();
  await expect(back.getByRole('heading', { level: 1 })).toHaveText('Review');
  // Seen: the badge goes.
  await expect.poll(async () => (await controls.system()).badge).toBe(0);
});

test('closing is explained once; the window comes back where it was, by the tray or a second start', async ({
  desktop,
}) => {
  const { app } = desktop;
  const page = await desktop.page();
  await page.evaluate(() => {
    location.hash = '#/history';
  });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('History');
  await app.controls.closeWindow();
  await expect.poll(async () => (await app.controls.dialogs()).length).toBe(1);
  const [explained] = await app.controls.dialogs();
  expect(explained?.options).toMatchObject({ message: 'Sluice goes on in the tray.' });
  await app.controls.answerDialog(STAY);
  await expect.poll(async () => await app.controls.windows()).toEqual([]);

  await app.controls.chooseInTray(['Open Sluice']);
  await expect((await desktop.page()).getByRole('heading', { level: 1 })).toHaveText('History');
  await closeToTray(desktop, true);
  expect(await app.startSecond()).toBe(0);
  await expect((await desktop.page()).getByRole('heading', { level: 1 })).toHaveText('History');
  expect(await app.controls.dialogs()).toHaveLength(1);

  // It is remembered over a restart, too.
  await desktop.restart();
  await desktop.page();
  await closeToTray(desktop, true);
});

test('who does not want that quits in the explanation', async ({ desktop }) => {
  const { app } = desktop;
  await desktop.page();
  await app.controls.closeWindow();
  await expect.poll(async () => (await app.controls.dialogs()).length).toBe(1);
  await app.controls.answerDialog({ response: 1, checkboxChecked: false }).catch(() => {});
  expect(await app.exited).toBe(0);
});

test('who switched it off ends Sluice with its window', async ({ desktop }) => {
  const page = await desktop.page();
  const settings = await ask(page, 'settings.get', {});
  await ask(page, 'settings.save', { settings: { ...settings, closeToTray: false } });
  await desktop.app.controls.closeWindow();
  expect(await desktop.app.exited).toBe(0);
});

test('a hand-over that fails is told, and the click leads to its destination', async ({ desktop, demo }) => {
  const { controls } = desktop.app;
  const page = await desktop.page();
  await ask(page, 'app.pause', { paused: true });
  await addSource(page, firstServer(demo));
  await ask(page, 'sources.pull', { name: firstServer(demo).name });
  await expect
    .poll(async () => (await ask(page, 'pulls.list', { limit: 1 }))[0]?.state, { timeout: 30_000 })
    .toBe('done');
  const relay = {
    kind: 'devo-relay' as const,
    name: 'closed',
    address: '127.0.0.1',
    port: 1,
    maxAttempts: 1,
  };
  await ask(page, 'destinations.save', { settings: relay, previousName: null });
  const keys = { keys: [1, 2, 3] };
  await ask(page, 'records.decide', { selection: keys, decision: 'approved', reason: null });
  await closeToTray(desktop);
  await controls.chooseInTray(['Open Sluice']);
  const again = await desktop.page();
  await ask(again, 'forward.start', { destinations: null });
  await controls.closeWindow();
  await expect
    .poll(async () => (await controls.notifications()).map((n) => n.title), { timeout: 60_000 })
    .toContain('The hand-over to closed failed');
  const told = await controls.notifications();
  await controls.clickNotification(told.findIndex((n) => n.title.startsWith('The hand-over')));
  expect(new URL((await desktop.page()).url()).hash).toBe('#/deliver/destinations/closed');
  await expect.poll(() => tip(desktop)).toBe('Sluice – Delivery to closed fails');
});

test('quitting in the middle of a pull finishes its page: nothing is half there, and the next start says so', async ({
  desktop,
  demo,
}) => {
  const page = await desktop.page();
  await ask(page, 'app.pause', { paused: true });
  const server = firstServer(demo);
  await addSource(page, server, { pageSize: 20 });
  const { pullingId } = await ask(page, 'sources.pull', { name: server.name });
  await expect
    .poll(async () => (await ask(page, 'pulls.get', { pullingId }))?.received ?? 0, {
      timeout: 20_000,
      intervals: [20],
    })
    .toBeGreaterThan(0);
  expect(await desktop.restart()).toBe(0);
  const again = await desktop.page();
  const run = await ask(again, 'pulls.get', { pullingId });
  expect(run?.state).toMatch(/^(interrupted|done)$/);
  const { counts } = await ask(again, 'app.snapshot', {});
  expect(counts.records).toBe(run?.stored);
  await ask(again, 'sources.pull', { name: server.name });
  await expect
    .poll(async () => (await ask(again, 'pulls.list', { limit: 1 }))[0]?.state, { timeout: 40_000 })
    .toBe('done');
});

test('after sleep what is due runs once, some seconds later', async ({ desktop, demo }) => {
  const { controls } = desktop.app;
  const page = await desktop.page();
  const server = firstServer(demo);
  await addSource(page, server, { periodSeconds: 5 });
  const pulls = async (): Promise<number> => (await ask(page, 'pulls.list', { limit: 100 })).length;
  await expect.poll(pulls, { timeout: 20_000 }).toBeGreaterThan(0);
  await controls.power('suspend');
  await expect
    .poll(async () => (await ask(page, 'app.snapshot', {})).sources[0]?.nextRunAt, { timeout: 20_000 })
    .toBeNull();
  await page.waitForTimeout(500);
  const before = await pulls();
  await page.waitForTimeout(7_000);
  expect(await pulls()).toBe(before);
  const woke = Date.now();
  await controls.power('resume');
  await expect.poll(async () => (await ask(page, 'app.snapshot', {})).sources[0]?.nextRunAt).not.toBeNull();
  const next = (await ask(page, 'app.snapshot', {})).sources[0]?.nextRunAt ?? 0;
  expect(next - woke).toBeGreaterThanOrEqual(9_000);
  expect(next - woke).toBeLessThanOrEqual(32_000);
  await page.waitForTimeout(8_000);
  expect(await pulls()).toBe(before);
  await expect.poll(pulls, { timeout: 40_000 }).toBe(before + 1);
});

test('without a network schedules wait and say so; what is on this computer goes on', async ({
  desktop,
  demo,
}) => {
  const { controls } = desktop.app;
  const page = await desktop.page();
  await ask(page, 'app.pause', { paused: true });
  await addSource(page, firstServer(demo));
  await addSource(page, { name: 'far', url: 'https://taxii.example.org/taxii2/' });
  await controls.setOnline(false);
  const states = async (): Promise<string> => {
    const { online, sources } = await ask(page, 'app.snapshot', {});
    return `${online} ${sources.map((s) => s.state).join(' ')}`;
  };
  await expect.poll(states, { timeout: 15_000 }).toBe('false paused paused');
  await ask(page, 'app.pause', { paused: false });
  await expect.poll(states).toMatch(/^false \w+ offline$/);
  await expect.poll(() => tip(desktop)).toMatch(/No network|Pulling/);
  await expect.poll(() => tip(desktop), { timeout: 30_000 }).toBe('Sluice – No network: schedules wait');
  await ask(page, 'sources.pause', { name: 'far', paused: true });
  await controls.setOnline(true);
  await expect.poll(states, { timeout: 15_000 }).toMatch(/^true \w+ paused$/);
});

test('a source that begins to fail is told, and the click leads to it', async ({ desktop, demo }) => {
  const { controls } = desktop.app;
  const page = await desktop.page();
  await ask(page, 'app.pause', { paused: true });
  await addSource(page, firstServer(demo), { password: 'not it' });
  await closeToTray(desktop);
  await chooseWhenThere(desktop, ['Pull all sources now']);
  await expect.poll(() => controls.notifications(), { timeout: 30_000 }).toHaveLength(1);
  const [notice] = await controls.notifications();
  expect(notice?.title).toBe(`${firstServer(demo).name} cannot be pulled`);
  expect(notice?.body).toContain('PullError 301');
  await expect.poll(() => tip(desktop)).toBe('Sluice – 1 source failing');
  await controls.clickNotification(0);
  const back = await desktop.page();
  expect(new URL(back.url()).hash).toBe(`#/sources/${firstServer(demo).name}`);
});

test('a crashed engine is said in the tray and the log, comes back, and nothing is asked of the person', async ({
  desktop,
  demo,
}) => {
  const { controls } = desktop.app;
  const page = await desktop.page();
  await ask(page, 'app.pause', { paused: true });
  await addSource(page, firstServer(demo));
  await closeToTray(desktop);
  const pid = (await controls.engine())?.pid;
  if (pid == null) throw new Error('There is no engine process.');
  process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await controls.engine())?.pid ?? pid).not.toBe(pid);
  await expect.poll(() => labels(desktop)).toContain('Pull all sources now');
  await chooseWhenThere(desktop, [`${firstServer(demo).name} – paused`, 'Pull now']);
  await controls.chooseInTray(['Open Sluice']);
  const back = await desktop.page();
  await expect
    .poll(async () =>
      (await ask(back, 'log.page', { limit: 200, level: 'ERROR' })).map((line) => line.message).join('\n'),
    )
    .toContain('The engine ended unexpectedly');
  await expect
    .poll(async () => (await ask(back, 'pulls.list', { limit: 1 }))[0]?.state, { timeout: 30_000 })
    .toBe('done');
});
