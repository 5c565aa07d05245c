import { readFileSync, statSync } from 'node:fs';
import { DEMO_THREATQ_PASSWORD, DEMO_THREATQ_USER } from '../../main/node/demo/demo-threatq.ts';
import { THREATQ_TABLE } from '../fixtures/threatq-seed.ts';
import { expect, test } from './app.ts';
import { expectAxeClean } from './axe.ts';
import { Shell } from './pages/shell.ts';
import { SourcesPage } from './pages/sources-page.ts';

test.describe('a ThreatQuotient source', () => {
  test.use({ configured: 'empty' });

  test('is added by a form that knows the collector’s errors, pulled, restarted, and put back', async ({
    sluice: page,
    app,
  }) => {
    test.setTimeout(120_000);
    const sources = new SourcesPage(page);
    await sources.startAdding();
    await page.getByText('ThreatQuotient', { exact: true }).click();
    const form = page.getByRole('form');
    const url = form.getByRole('textbox', { name: 'Base URL' });
    const starts = form.getByRole('textbox', { name: 'First pull starts at (UTC)' });

    // As it is typed: id and message at the field, cause and solution below.
    await url.fill('threatq.example/api');
    await starts.fill('2020-01-01 00:00:00');
    for (const [message, remedy] of [
      [
        'SetupError 3: api_base_url must match one of two regexes',
        'Make sure your api_base_url has this format: http[s]://',
      ],
      [
        'SetupError 16: Please enter valid date for historical_poll_datetime less than or equal to one year',
        'does not represent a date older than one year.',
      ],
    ] as const) {
      await expect(form.getByText(message).first()).toBeVisible();
      await expect(form.getByText(remedy)).toBeVisible();
    }
    await form.getByLabel("Check the server's certificate").uncheck();
    await expect(form.getByText("The server's certificate is not checked.")).toBeVisible();
    await expectAxeClean(page, 'the form with errors');
    await form.getByLabel("Check the server's certificate").check();
    await starts.fill('tomorrow');
    await expect(
      form.getByText('SetupError 15: historical_poll_datetime does not match').first(),
    ).toBeVisible();
    await form.getByRole('button', { name: 'A year ago' }).click();

    const server = app.demo.servers.find((s) => s.name === 'threatq');
    await url.fill(server?.url ?? '');
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('tq');
    await form.getByRole('textbox', { name: 'Email' }).fill(DEMO_THREATQ_USER);
    await form.getByLabel('Password', { exact: true }).fill('not the password');
    await sources.test();
    await expect(
      form
        .getByText('InitVariablesError 100: Unexpected status code when fetching ThreatQuotient JWT: 400')
        .first(),
    ).toBeVisible();
    await form.getByLabel('Password', { exact: true }).fill(DEMO_THREATQ_PASSWORD);
    await sources.test();
    await expect(form.getByText('The connection works.')).toBeVisible();
    await sources.save();
    const article = sources.source('tq');
    await expect(article.getByText('75 records received, 75 new')).toBeVisible({ timeout: 20_000 });

    // Another restart marker: shown before anything restarts.
    await sources.button('Edit').click();
    await form.getByRole('textbox', { name: 'Restart marker' }).fill('again');
    await sources.save();
    const dialog = page.getByRole('dialog', { name: 'Restart tq?' });
    await expect(dialog.getByText('up to 75 records, 0 of them handed over')).toBeVisible();
    await expectAxeClean(page, 'the restart dialog');
    await dialog.getByRole('button', { name: 'Go on as before' }).click();
    await expect(article.getByText('A restart waits for you.')).toBeVisible();
    await sources.button('Pull now').click();
    await expect(article.getByText(/records received, 0 new/)).toBeVisible({ timeout: 20_000 });
    await article.getByRole('button', { name: 'See what a restart does' }).click();
    await dialog.getByRole('button', { name: 'Restart', exact: true }).click();
    await expect(article.getByText('Begins anew with the next pull')).toBeVisible();
    await sources.button('Pull now').click();
    await expect(article.getByText('75 records received, 0 new, 75 duplicates')).toBeVisible({
      timeout: 20_000,
    });
    await article.getByRole('button', { name: 'Undo the restart' }).click();
    await expect(article.getByText('A restart waits for you.')).toBeVisible();
    await expectAxeClean(page, 'the page of a source whose restart waits');
  });
});

test('each error of the server is shown with id, message, cause and solution', async ({
  sluice: page,
  app,
}) => {
  await new Shell(page).go('sources');
  const sources = new SourcesPage(page);
  const article = await sources.choose('threatq');
  await expect(article.getByText('75 records received')).toBeVisible({ timeout: 20_000 });
  const answers = [
    ['/api/events/query', 418, '{"errors":["teapot"]}', 400],
    ['/api/token', 400, '{"errors":["no"]}', 100],
    ['/assets/js/config.js', 403, 'Forbidden', 101],
    ['/assets/js/config.js', 200, 'nothing', 102],
  ] as const;
  for (const [path, status, body, id] of answers) {
    app.demo.threatq.behaviour.before = (asked) => (asked === path ? { status, body } : null);
    await sources.button(id === 400 ? 'Pull now' : 'Test').click();
    const [, , message, cause, solution] = THREATQ_TABLE.find((row) => row[1] === id) ?? [];
    const note = page.getByRole('alert').filter({ hasText: (message ?? '').split('[...]')[0] ?? '' });
    await expect(note).toContainText(`${id < 103 ? 'InitVariablesError' : 'ApiError'} ${id}: `, {
      timeout: 20_000,
    });
    await expect(note).toContainText(cause ?? '');
    await expect(note).toContainText(solution ?? '');
  }
});

test('the configuration goes out without secrets on screen, with them into a private file', async ({
  sluice: page,
}) => {
  await new Shell(page).go('settings');
  await page.getByRole('button', { name: 'Export the configuration' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export the configuration' });
  await expect(dialog.getByText('threatintel', { exact: false })).toHaveCount(0);
  await expect(dialog.getByText('api_base_url: http://127.0.0.1:', { exact: false })).toBeVisible();
  await expectAxeClean(page, 'the export dialog');
  await dialog.getByText('Collector Server (JSON)').click();
  await expect(dialog.getByText('"global_overrides"', { exact: false })).toBeVisible();
  await dialog.getByText('config.yaml', { exact: true }).click();
  await dialog.getByLabel('Write passwords and tokens into the file').check();
  await dialog.getByRole('button', { name: 'Write the file with secrets' }).click();
  const file = await dialog.getByRole('status').locator('code').textContent();
  expect(statSync(file ?? '').mode & 0o777).toBe(0o600);
  expect(readFileSync(file ?? '', 'utf8')).toContain(DEMO_THREATQ_PASSWORD);
  expect(await page.content()).not.toContain(DEMO_THREATQ_PASSWORD);
});
