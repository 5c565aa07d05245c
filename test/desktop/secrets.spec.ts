import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addSource, ask, firstServer } from './ask.ts';
import { type Desktop, expect, SIGN_IN, test } from './fixtures.ts';

/** Secrets with and without a store of the system. */

const fileOf = (desktop: Desktop): string => join(desktop.userData, 'data', 'secrets.json');

async function pullOnce(desktop: Desktop, name: string): Promise<string | undefined> {
  const page = await desktop.page();
  const { pullingId } = await ask(page, 'sources.pull', { name });
  await expect
    .poll(async () => (await ask(page, 'pulls.get', { pullingId }))?.endedAt ?? null, { timeout: 30_000 })
    .not.toBeNull();
  return (await ask(page, 'pulls.get', { pullingId }))?.state;
}

test('a keyring keeps them over a restart, as ciphertext that names the server', async ({
  desktop,
  demo,
}) => {
  const server = firstServer(demo);
  const page = await desktop.page();
  await ask(page, 'app.pause', { paused: true });
  expect(await ask(page, 'app.info', {})).toMatchObject({ secretsPersistent: true, secretsNote: null });
  await addSource(page, server);
  const stored = readFileSync(fileOf(desktop), 'utf8');
  expect(stored).toContain(`source/${server.name}/password`);
  expect(stored).not.toContain(SIGN_IN.password);
  expect(stored).not.toContain(Buffer.from(SIGN_IN.password).toString('base64'));

  await desktop.restart();
  expect(await pullOnce(desktop, server.name)).toBe('done');
  // The system has a new key: what was read is written anew.
  await desktop.app.controls.rotateKeyring();
  expect(await pullOnce(desktop, server.name)).toBe('done');
  await expect.poll(() => readFileSync(fileOf(desktop), 'utf8')).not.toBe(stored);
  await desktop.restart();
  expect(await pullOnce(desktop, server.name)).toBe('done');
});

for (const keyring of ['basic_text', 'unavailable'] as const) {
  test.describe(`with ${keyring}`, () => {
    test.use({ keyring });
    test('they live until the end, which the interface says, and nothing is written', async ({
      desktop,
      demo,
    }) => {
      const server = firstServer(demo);
      const page = await desktop.page();
      await ask(page, 'app.pause', { paused: true });
      await addSource(page, server);
      expect(existsSync(fileOf(desktop))).toBe(false);
      expect(await pullOnce(desktop, server.name)).toBe('done');
      await page.evaluate(() => {
        location.hash = '#/settings';
      });
      await expect(page.getByText('passwords and tokens are kept until Sluice ends')).toBeVisible();

      await desktop.restart();
      const [source] = (await ask(await desktop.page(), 'app.snapshot', {})).sources;
      expect(source?.secretsSet).toEqual([]);
      expect(await pullOnce(desktop, server.name)).toBe('failed');
    });
  });
}
