import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { type DesktopApp, launchDesktop } from './desktop-app.ts';

/** The built app with one thing broken must not look whole to these specs. */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let dir: string;
test.beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-broken-'));
  for (const name of ['package.json', 'out'])
    cpSync(join(ROOT, name), join(dir, 'app', name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'app/node_modules'), 'junction');
});
test.afterEach(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));

/** Breaks a built file. @throws Error when there is nothing to break, so that a renamed channel does not quietly end this check. */
function breakFile(name: string, from: string, to: string): void {
  const file = join(dir, 'app/out', name);
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${name} does not contain ${from}.`);
  writeFileSync(file, text.replaceAll(from, to));
}

async function whatHappens(): Promise<{ answer: string; complaints: string[] }> {
  const app: DesktopApp = await launchDesktop({
    appDir: join(dir, 'app'),
    userData: join(dir, 'data'),
    env: { SLUICE_DATA_DIR: undefined },
  });
  try {
    const page = await app.page(10_000);
    const answer = await page.evaluate(async () => {
      try {
        return JSON.stringify((await window.sluice?.call('app.info', {})) ?? 'there is no bridge');
      } catch (error) {
        return String(error);
      }
    });
    return { answer, complaints: app.complaints };
  } catch (error) {
    return { answer: String(error), complaints: app.complaints };
  } finally {
    await app.close();
  }
}

test('whole: the call is answered and nothing complains', async () => {
  const { answer, complaints } = await whatHappens();
  expect(answer).toContain('"ok":true');
  expect(complaints).toEqual([]);
});

test('a wrong channel name in the preload is an error', async () => {
  breakFile('preload/preload.cjs', '"sluice:call"', '"sluice:cal"');
  expect((await whatHappens()).answer).toContain(
    "Error invoking remote method 'sluice:cal': Error: No handler registered for 'sluice:cal'",
  );
});

test('a missing handler in main is an error', async () => {
  breakFile('main/index.js', 'ipc.handle(CHANNEL.call,', '(() => {})(CHANNEL.call,');
  expect((await whatHappens()).answer).toContain("No handler registered for 'sluice:call'");
});

test('a wrong path to the preload is an error', async () => {
  breakFile('main/index.js', 'preload/preload.cjs', 'preload/preload.js');
  const { answer, complaints } = await whatHappens();
  expect(answer).toContain('there is no bridge');
  expect(complaints.join('\n')).toContain('Unable to load preload script');
});

test('a wrong path to the renderer is an error', async () => {
  breakFile('main/index.js', '../renderer', '../render');
  const { complaints } = await whatHappens();
  expect(complaints.join('\n')).toMatch(/ERR_/);
});

test('a wrong path to the engine is an error', async () => {
  breakFile('main/index.js', 'engine.js', 'engin.js');
  const { answer } = await whatHappens();
  expect(answer).not.toContain('"ok":true');
});

test('a part of Electron that the stand-in has not is an error with its name', async () => {
  test.skip((await import('./desktop-app.ts')).desktopHost() === 'electron', 'This is about the stand-in.');
  breakFile('main/index.js', 'app.enableSandbox();', 'app.enableSandbox(); app.getGPUFeatureStatus();');
  const { answer, complaints } = await whatHappens();
  expect(answer + complaints.join('\n')).toContain('does not implement app.getGPUFeatureStatus');
});
