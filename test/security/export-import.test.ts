import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../main/engine/clock.ts';
import { sessionSecrets } from '../../main/engine/config/secrets.ts';
import { createEngine, type Engine } from '../../main/engine/engine.ts';
import { passGate } from '../../main/engine/gate.ts';
import type { CallInput, CallName, CallOutput } from '../../shared/contract.ts';

/** Secrets cross the contract inwards only, also with a whole configuration. */

const SECRET = 'Pw-in-a-file-never-to-be-answered';
const CONFIG = `
inputs:
  tq:
    credentials: { username: analyst, password: ${SECRET} }
    services: { events: { api_base_url: https://tq.example } }
  feed:
    credentials: { username: analyst, password: ${SECRET} }
    services: { objects_and_manifests: { discovery_url: https://taxii.example/taxii2/, colour: red } }
outputs:
  devo:
    type: devo_http
    config: { endpoint: https://http-us.devo.io, domain: acme, token: ${SECRET} }
`;

let dir: string;
let engine: Engine;
const lines: string[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-export-'));
  engine = createEngine({
    dataDir: dir,
    clock: systemClock,
    secrets: sessionSecrets(),
    resolveProxy: async () => null,
    config: null,
    demo: false,
    version: '0',
    host: 'loopback',
    schedule: false,
  });
  engine.onLogLine((line) => lines.push(line.message));
});
afterEach(async () => {
  await engine.close();
  rmSync(dir, { recursive: true, force: true });
});

/** As a page calls: through the gate. */
async function call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const result = await passGate(engine.answer, name, input, null);
  expect(JSON.stringify(result)).not.toContain(SECRET);
  if (!result.ok) throw new Error(result.failure.message);
  return result.value as CallOutput<N>;
}

test('a file is shown, brought in with its secrets, and goes out with them into a private file only', async () => {
  const shown = await call('config.importPreview', { text: CONFIG });
  expect(shown.entries).toEqual([
    { what: 'source', name: 'tq', kind: 'threatq', taken: false, secrets: ['password'] },
    { what: 'source', name: 'feed', kind: 'taxii', taken: false, secrets: ['password'] },
    { what: 'destination', name: 'devo', kind: 'devo-http', taken: false, secrets: ['token'] },
  ]);
  expect(shown.warnings).toEqual([
    '[WARNING] Illegal setting of input "feed" has been ignored -> colour: (...)',
  ]);
  await call('config.import', { text: CONFIG });
  const { sources, destinations } = await call('app.snapshot', {});
  expect(sources.map((s) => [s.settings.name, s.secretsSet])).toEqual([
    ['tq', ['password']],
    ['feed', ['password']],
  ]);
  expect(destinations.map((d) => [d.settings.name, d.secretsSet])).toEqual([['devo', ['token']]]);

  const preview = await call('config.preview', { format: 'yaml' });
  expect(preview.text).toContain('api_base_url: https://tq.example');
  const { file, secrets } = await call('config.export', { format: 'yaml', withSecrets: true });
  expect(secrets).toBe(3);
  expect(file.startsWith(join(dir, 'exports'))).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8').split(SECRET)).toHaveLength(4);
  const bare = await call('config.export', { format: 'json', withSecrets: false });
  expect(readFileSync(bare.file, 'utf8')).not.toContain(SECRET);
  expect(lines.join('\n')).not.toContain(SECRET);
});

test('what has a name that is taken stays out, with its secrets', async () => {
  await call('config.import', { text: CONFIG });
  const changed = CONFIG.replace('https://tq.example', 'https://attacker.example');
  const told = await call('config.import', { text: changed });
  expect(told.entries.every((entry) => entry.taken)).toBe(true);
  const { sources } = await call('app.snapshot', {});
  expect(sources).toHaveLength(2);
  expect(JSON.stringify(sources)).not.toContain('attacker.example');
});

test('no caller names the file that secrets are written to', async () => {
  const result = await passGate(
    engine.answer,
    'config.export',
    {
      format: 'yaml',
      withSecrets: true,
      file: '/tmp/anywhere',
    },
    null,
  );
  expect(result).toMatchObject({ ok: false, failure: { code: 'call.invalid' } });
});
