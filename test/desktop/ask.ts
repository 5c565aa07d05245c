import type { Page } from '@playwright/test';
import type { CallInput, CallName, CallOutput } from '../../shared/contract.ts';
import { taxiiSettings } from '../../shared/settings.ts';
import { SIGN_IN } from './fixtures.ts';

/** Calls the engine as the page does. */
export async function ask<N extends CallName>(
  page: Page,
  name: N,
  input: CallInput<N>,
): Promise<CallOutput<N>> {
  const result = await page.evaluate(
    async ([called, given]) => await window.sluice?.call(called as 'app.info', given as never),
    [name, input] as const,
  );
  if (result === undefined) throw new Error('The page has no bridge.');
  if (!result.ok) throw new Error(`${name}: ${result.failure.message}`);
  return result.value as unknown as CallOutput<N>;
}

/** Saves a source of the demo's, with its password, without a form. */
export async function addSource(
  page: Page,
  server: { name: string; url: string },
  more: { periodSeconds?: number; password?: string; pageSize?: number } = {},
): Promise<void> {
  const { periodSeconds = 1_000_000, password = SIGN_IN.password, pageSize = 1000 } = more;
  await ask(page, 'sources.save', {
    settings: taxiiSettings.parse({
      kind: 'taxii',
      name: server.name,
      id: '1',
      discoveryUrl: server.url,
      auth: { method: 'basic', username: SIGN_IN.username },
      periodSeconds,
      pageSize,
      maxAttempts: 1,
    }),
    previousName: null,
  });
  await ask(page, 'sources.setSecret', { name: server.name, field: 'password', value: password });
}

/** The first server of the demo. */
export function firstServer(demo: { servers: { name: string; url: string }[] }): {
  name: string;
  url: string;
} {
  const [server] = demo.servers;
  if (server === undefined) throw new Error('The demo has no server.');
  return server;
}
