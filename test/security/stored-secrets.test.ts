import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../main/engine/clock.ts';
import { sessionSecrets } from '../../main/engine/config/secrets.ts';
import { createEngine, type Engine } from '../../main/engine/engine.ts';
import { passGate } from '../../main/engine/gate.ts';
import { DEFAULT_APP_SETTINGS } from '../../shared/app-settings.ts';
import type { EngineEvent } from '../../shared/contract.ts';
import { taxiiSettings } from '../../shared/settings.ts';
import { read } from '../unit/config/config-fixture.ts';

/**
 * Someone who may change settings (a page that was taken over, a curious colleague) must not get a stored secret sent to a server of
 * their own. There is no call that reads one; this is the way around it.
 */

const SECRET = 'stored-and-never-to-be-sent-elsewhere';

/** Remembers everything it is sent, headers and paths. */
async function listener(): Promise<{ url: string; heard: () => string; server: Server }> {
  const heard: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    heard.push(`${request.method} ${request.url} ${JSON.stringify(request.rawHeaders)}`);
    for (const value of request.rawHeaders)
      if (value.startsWith('Basic ')) heard.push(Buffer.from(value.slice(6), 'base64').toString('utf8'));
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, heard: () => heard.join('\n'), server };
}

let dir: string;
let engine: Engine;
let own: Awaited<ReturnType<typeof listener>>;
let foreign: Awaited<ReturnType<typeof listener>>;
const events: EngineEvent[] = [];
const lines: string[] = [];

async function open(config: Parameters<typeof createEngine>[0]['config'] = null): Promise<void> {
  engine = createEngine({
    dataDir: join(dir, 'data'),
    clock: systemClock,
    secrets: sessionSecrets(),
    resolveProxy: async () => null,
    config,
    demo: false,
    version: '0',
    host: 'loopback',
    schedule: false,
  });
  engine.onEvent((event) => events.push(event));
  engine.onLogLine((line) => lines.push(line.message));
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-secrets-'));
  [own, foreign] = await Promise.all([listener(), listener()]);
  events.length = 0;
  lines.length = 0;
});
afterEach(async () => {
  await engine.close();
  for (const { server } of [own, foreign]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(dir, { recursive: true });
});

async function ask(name: string, input: unknown): Promise<unknown> {
  const result = await passGate(engine.answer, name, input, null);
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

const source = (more: Record<string, unknown>) =>
  taxiiSettings.parse({
    kind: 'taxii',
    name: 'feed',
    id: '1',
    discoveryUrl: `${own.url}/taxii2/`,
    auth: { method: 'basic', username: 'u' },
    maxAttempts: 1,
    ...more,
  });
const http = (more: Record<string, unknown>) => ({
  kind: 'devo-http' as const,
  name: 'out',
  endpoint: own.url,
  domain: 'demo',
  maxAttempts: 1,
  ...more,
});

async function saveSource(): Promise<void> {
  await open();
  await ask('sources.save', { settings: source({}), previousName: null });
  await ask('sources.setSecret', { name: 'feed', field: 'password', value: SECRET });
  await ask('sources.setSecret', { name: 'feed', field: 'proxyPassword', value: SECRET });
}

const secretsOf = async (kind: 'sources' | 'destinations'): Promise<string[] | undefined> => {
  const snapshot = (await ask('app.snapshot', {})) as Record<string, { secretsSet: string[] }[]>;
  return snapshot[kind]?.[0]?.secretsSet;
};

describe('a source', () => {
  test('its own server gets the stored secret, also with other settings changed', async () => {
    await saveSource();
    await ask('sources.probe', {
      settings: source({ pageSize: 5, discoveryUrl: `${own.url}/other/` }),
      secrets: {},
    });
    expect(own.heard()).toContain(SECRET);
  });

  test.each<[string, () => Record<string, unknown>]>([
    ['discovery URL', () => ({ discoveryUrl: `${foreign.url}/taxii2/` })],
    ['API root', () => ({ apiRoots: [`${foreign.url}/root/`] })],
    ['proxy', () => ({ proxy: { mode: 'manual', url: foreign.url.replace('http://', 'http://u@') } })],
    [
      'other header',
      () => ({ discoveryUrl: `${foreign.url}/`, auth: { method: 'header', header: 'X-Key' } }),
    ],
  ])('probing with another %s does not send it', async (_, more) => {
    await saveSource();
    await ask('sources.probe', { settings: source(more()), secrets: {} });
    expect(foreign.heard()).not.toContain(SECRET);
    expect(own.heard()).not.toContain(SECRET);
    expect(await secretsOf('sources')).toEqual(['password', 'proxyPassword']);
  });

  test('a secret typed into the form is sent where the form says', async () => {
    await saveSource();
    await ask('sources.probe', {
      settings: source({ discoveryUrl: `${foreign.url}/` }),
      secrets: { password: 'typed-just-now' },
    });
    expect(foreign.heard()).toContain('typed-just-now');
    expect(foreign.heard()).not.toContain(SECRET);
  });

  test('a name that was never saved has no secrets', async () => {
    await open();
    await expect(
      ask('sources.setSecret', { name: 'ghost', field: 'password', value: SECRET }),
    ).rejects.toThrow('There is no source named "ghost".');
  });

  test('saving another server forgets it', async () => {
    await saveSource();
    await ask('sources.save', {
      settings: source({ discoveryUrl: `${foreign.url}/` }),
      previousName: 'feed',
    });
    expect(await secretsOf('sources')).toEqual([]);
    // Nor does it come back with the old server.
    await ask('sources.save', { settings: source({}), previousName: 'feed' });
    expect(await secretsOf('sources')).toEqual([]);
  });

  test('renaming keeps it only with the same server', async () => {
    await saveSource();
    await ask('sources.save', { settings: source({ name: 'renamed' }), previousName: 'feed' });
    expect(await secretsOf('sources')).toEqual(['password', 'proxyPassword']);
    await ask('sources.save', {
      settings: source({ name: 'again', discoveryUrl: `${foreign.url}/` }),
      previousName: 'renamed',
    });
    expect(await secretsOf('sources')).toEqual([]);
  });

  test('a secret of the configuration file is not sent to a server of a form', async () => {
    await open(
      read({
        inputs: {
          feed: {
            credentials: { username: 'u', password: SECRET },
            services: { objects_and_manifests: { discovery_url: `${own.url}/taxii2/`, max_attempts: 1 } },
          },
        },
      }),
    );
    await ask('sources.probe', { settings: source({ discoveryUrl: `${foreign.url}/` }), secrets: {} });
    expect(foreign.heard()).not.toContain(SECRET);
    await ask('sources.probe', { settings: source({}), secrets: {} });
    expect(own.heard()).toContain(SECRET);
  });
});

describe('a destination', () => {
  async function saveHttp(): Promise<void> {
    await open();
    await ask('destinations.save', { settings: http({}), previousName: null });
    await ask('destinations.setSecret', { name: 'out', field: 'token', value: SECRET });
  }

  test('its own endpoint gets the token', async () => {
    await saveHttp();
    await ask('destinations.preflight', { settings: http({}), secrets: {} });
    await ask('destinations.testEvent', { name: 'out', tag: 'my.app.sluice.test' });
    expect(own.heard()).toContain(SECRET);
  });

  test.each<[string, () => Record<string, unknown>]>([
    ['endpoint', () => ({ endpoint: foreign.url })],
    ['proxy', () => ({ proxy: { mode: 'manual', url: foreign.url } })],
  ])('pre-flight with another %s does not send it', async (_, more) => {
    await saveHttp();
    await ask('destinations.preflight', { settings: http(more()), secrets: {} });
    expect(foreign.heard()).not.toContain(SECRET);
    expect(await secretsOf('destinations')).toEqual(['token']);
  });

  test('saving another endpoint, or another kind and then an endpoint, forgets it', async () => {
    await saveHttp();
    await ask('destinations.save', { settings: http({ endpoint: foreign.url }), previousName: 'out' });
    expect(await secretsOf('destinations')).toEqual([]);
    await ask('destinations.setSecret', { name: 'out', field: 'token', value: SECRET });
    const relay = { kind: 'devo-relay', name: 'out', address: '127.0.0.1', port: 1 };
    await ask('destinations.save', { settings: relay, previousName: 'out' });
    await ask('destinations.save', { settings: http({ endpoint: own.url }), previousName: 'out' });
    expect(await secretsOf('destinations')).toEqual([]);
  });
});

describe('the program’s own proxy', () => {
  test('set to another server does not get what is stored for servers without TLS', async () => {
    await saveSource();
    await ask('settings.save', {
      settings: { ...DEFAULT_APP_SETTINGS, proxy: { mode: 'manual', url: foreign.url } },
    });
    expect(await secretsOf('sources')).toEqual([]);
    await ask('sources.probe', {
      settings: source({ discoveryUrl: 'http://taxii.example/taxii2/' }),
      secrets: {},
    });
    await ask('sources.probe', { settings: source({}), secrets: {} });
    expect(foreign.heard()).not.toContain(SECRET);
    expect(own.heard()).not.toContain(SECRET);
  });

  test('is not used for this computer, nor by a source that has one of its own', async () => {
    await saveSource();
    await ask('settings.save', {
      settings: { ...DEFAULT_APP_SETTINGS, proxy: { mode: 'manual', url: foreign.url } },
    });
    await ask('sources.probe', { settings: source({}), secrets: { password: 'typed-just-now' } });
    await ask('sources.probe', {
      settings: source({
        discoveryUrl: 'http://taxii.example/',
        proxy: { mode: 'none' },
        connectTimeoutSeconds: 1,
      }),
      secrets: {},
    });
    expect(own.heard()).toContain('typed-just-now');
    expect(foreign.heard()).toBe('');
    await ask('sources.probe', { settings: source({ discoveryUrl: 'http://taxii.example/' }), secrets: {} });
    expect(foreign.heard()).toContain('taxii.example');
  });

  test('leaves what is stored for servers with TLS: it sees none of it', async () => {
    await open();
    const settings = source({ discoveryUrl: 'https://taxii.example/taxii2/' });
    await ask('sources.save', { settings, previousName: null });
    await ask('sources.setSecret', { name: 'feed', field: 'password', value: SECRET });
    await ask('settings.save', {
      settings: { ...DEFAULT_APP_SETTINGS, proxy: { mode: 'manual', url: foreign.url } },
    });
    expect(await secretsOf('sources')).toEqual(['password']);
  });
});

test('no event, log line, answer or file of these repeats a secret', async () => {
  await saveSource();
  await ask('sources.probe', { settings: source({}), secrets: {} });
  const { pullingId } = (await ask('sources.pull', { name: 'feed' })) as { pullingId: string };
  for (let i = 0; i < 100; i++) {
    const run = (await ask('pulls.get', { pullingId })) as { endedAt: number | null };
    if (run.endedAt !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(own.heard()).toContain(SECRET);
  const everything = JSON.stringify([
    events,
    lines,
    await ask('app.snapshot', {}),
    await ask('pulls.list', { limit: 10 }),
    await ask('log.page', { limit: 100 }),
  ]);
  expect(everything).toContain('PullError');
  expect(everything).not.toContain(SECRET);
  expect(everything).not.toContain(Buffer.from(`u:${SECRET}`).toString('base64'));
});
