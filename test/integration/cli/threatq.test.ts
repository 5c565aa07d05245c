import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DevoEndpoint } from '../../../main/node/demo/devo-endpoint.ts';
import { startThreatqServer, type ThreatqServer } from '../../../main/node/demo/threatq-server.ts';
import { threatqTime } from '../../../main/node/demo/threatq-shelf.ts';
import { THREATQ_TABLE } from '../../fixtures/threatq-seed.ts';
import { sluice } from './command.ts';
import { devoOutput, type Lab, openLab, PASSWORD, USERNAME } from './lab.ts';
import { filesHolding } from './sweep.ts';

/** ThreatQuotient through the command line: every row of the seed's troubleshooting table, and the main job. */

let lab: Lab;
let server: ThreatqServer;
beforeAll(async () => {
  lab = openLab();
  server = await startThreatqServer({ username: USERNAME, password: PASSWORD });
  server.shelf.add({ type_id: 1, title: 'Invoice' }, Date.now() - 3_600_000);
});
afterEach(() => {
  server.behaviour.before = () => null;
});
afterAll(async () => {
  await server.close();
  lab.close();
});

const FAR = 400 * 86_400_000;

function input(service: Record<string, unknown>, own: Record<string, unknown> = {}) {
  return {
    inputs: {
      threatquotient_data_puller: {
        id: '111',
        credentials: { username: USERNAME, password: PASSWORD },
        ...own,
        services: { events: { api_base_url: server.url, ...service } },
      },
    },
  };
}
const credentials = (value: unknown) => () => input({}, { credentials: value });
const setting = (name: string, value: unknown) => () => input({ [name]: value });
/** Without a key that is set to undefined. */
const without = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** How each row comes about, by its id; a function of the seed's own row. */
const CAUSES: Readonly<Record<number, () => unknown>> = {
  1: () => without(input({ api_base_url: undefined })),
  2: setting('api_base_url', 17),
  3: setting('api_base_url', 'threatq.example/api'),
  4: () => without(input({}, { credentials: undefined })),
  5: credentials('none'),
  6: credentials({ password: PASSWORD }),
  7: credentials({ username: 17, password: PASSWORD }),
  8: credentials({ username: USERNAME }),
  9: credentials({ username: USERNAME, password: 17 }),
  10: setting('verify_host_ssl_cert', 'no'),
  11: setting('event_fetch_limit_in_items', 0),
  12: setting('devo_tag_map', { Spearphish: 'threatintel.threatquotient.platform.spearphish' }),
  13: setting('reset_persistence_auth', 17),
  14: setting('historical_poll_datetime', 17),
  15: setting('historical_poll_datetime', '01/02/2026'),
  16: () => input({ historical_poll_datetime: threatqTime(Date.now() - FAR) }),
  17: () => input({ historical_poll_datetime: threatqTime(Date.now() + FAR) }),
  100: () => answering('/api/token', 400, '{"errors":["The user credentials were incorrect."]}'),
  101: () => answering('/assets/js/config.js', 403, 'Forbidden'),
  102: () => answering('/assets/js/config.js', 200, 'window.config = {};'),
  400: () => answering('/api/events/query', 418, '{"errors":["teapot"]}'),
};

const SOURCES = ['a', 'b', 'c', 'd'].map((name) => ({ name, tlp_id: 3 }));

function answering(path: string, status: number, body: string): unknown {
  server.behaviour.before = (asked) => (asked === path ? { status, body } : null);
  return input({});
}

describe("the seed's troubleshooting table", () => {
  test.each(THREATQ_TABLE.map((row) => [`${row[0]} ${row[1]}`, row] as const))('%s', async (head, row) => {
    const [, id, message, cause, solution] = row;
    const config = lab.config(CAUSES[id]?.());
    const ran = await sluice(['check', '--config', config]);
    const [first = '', second, third] = ran.stderr
      .split('\n')
      .filter((line) => !line.startsWith('The configuration defines no'));
    const fixed = message.split('[...]')[0] ?? '';
    expect(first).toContain(`${head}: ${fixed}`);
    expect(second).toBe(`  ${cause}`);
    expect(third).toBe(`  ${solution}`);
    expect(ran.code).toBe(id < 100 ? 2 : 1);
    expect(ran.stderr + ran.stdout).not.toContain(PASSWORD);
  });

  test('names the bounds, the formats, and what the server said', async () => {
    const said = async (id: number): Promise<string> =>
      (await sluice(['check', '--config', lab.config(CAUSES[id]?.())])).stderr;
    expect(await said(11)).toContain('greater than or equal to 2 and less than equal to 10000');
    expect(await said(15)).toContain("expected format ['%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%d %H:%M:%S']");
    expect(await said(400)).toContain('when fetching ThreatQuotient events: 418, {"errors":["teapot"]}');
  });
});

describe('a ThreatQuotient source', () => {
  test('is checked, pulled and listed; the password is nowhere', async () => {
    const config = lab.config(input({ historical_poll_datetime: threatqTime(Date.now() - 86_400_000) }));
    const check = await sluice(['check', '--config', config]);
    expect(check.stdout).toContain('source threatquotient_data_puller: ok, ');
    const pull = await sluice(['pull', '--config', config, '--data', lab.data]);
    expect(pull.code, pull.stderr).toBe(0);
    const list = await sluice(['records', '--data', lab.data, '--kind', 'event']);
    expect(JSON.parse(list.stdout.split('\n')[0] ?? '')).toMatchObject({
      kind: 'event',
      type: 'Spearphish',
      id: '1',
    });
    expect(filesHolding(lab.data, PASSWORD)).toEqual([]);
  });

  test('says in a sentence that it cannot be flattened by anything else', async () => {
    for (const flatten of ['names', 17, ['sources']]) {
      const ran = await sluice(['check', '--config', lab.config(input({ flatten }))]);
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain(
        'Input "threatquotient_data_puller": flatten: must be sources or attributes. Without it an event is one message.',
      );
    }
  });

  test('an ApiError in a pull is told with its cause and solution, and the next pull goes on', async () => {
    const config = lab.config(answering('/api/events/query', 418, 'teapot'));
    const pull = await sluice(['pull', '--config', config, '--data', lab.data]);
    expect(pull.code).toBe(1);
    expect(pull.stderr).toContain(
      'ApiError 400: Unexpected status code when fetching ThreatQuotient events: 418, teapot',
    );
    expect(pull.stderr).toContain('In this error you will find the HTTP error code');
  });

  test('hands each event over under the tag of its type, the rest under the default, with the pulling id in seconds, a message a source', async () => {
    for (const [i, type] of [1, 2, 3, 3, 99].entries())
      server.shelf.add(
        { type_id: type, title: `Event ${i}`, sources: SOURCES.slice(0, i) },
        Date.now() - 60_000,
      );
    const devo = await DevoEndpoint.start({ certificates: lab.certificates });
    const config = lab.config({
      outputs: { devo: devoOutput(devo.ports.syslog) },
      ...input({
        flatten: 'sources',
        historical_poll_datetime: threatqTime(Date.now() - 600_000),
        devo_tag_map: {
          Spearphish: 'threatintel.threatquotient.platform.spearphish',
          'SQL Injection Attack': 'my.app.threatq.sql',
          default: 'my.app.threatq.other',
        },
      }),
    });
    const data = `${lab.data}-delivery`;
    const pull = await sluice(['pull', '--config', config, '--data', data, '--json']);
    expect(pull.code, pull.stderr).toBe(0);
    await sluice(['decide', 'approve', '--data', data, '--kind', 'event']);
    const preview = await sluice(['preview', '--config', config, '--data', data]);
    const dry = await sluice(['forward', '--config', config, '--data', data, '--dry-run']);
    expect(dry.stdout).toMatch(/^devo: would hand over 5 records as 11 messages \(/);
    expect(dry.stdout).toMatch(/my\.app\.threatq\.sql .* 2 records as 5 messages \(/);
    const forward = await sluice(['forward', '--config', config, '--data', data]);
    expect(forward.code, forward.stderr).toBe(0);
    expect(forward.stdout).toMatch(/^devo: handed over 5 records as 11 messages \(/);
    expect(forward.stderr).not.toContain('cannot be sent');
    expect(Object.fromEntries(devo.counts)).toEqual({
      'threatintel.threatquotient.platform.spearphish': 1,
      'my.app.threatq.sql': 5,
      'my.app.threatq.other': 5,
    });
    expect(devo.last.map(({ frame }) => frame.toString('utf8')).join('')).toBe(preview.stdout);
    const { pullingId } = JSON.parse(pull.stdout.trim().split('\n').at(-1) ?? '') as { pullingId: string };
    const written = `${pullingId.slice(0, 10)}.${pullingId.slice(10)}000`;
    for (const event of devo.last) expect(String(event.message)).toContain(`"@devo_pulling_id":"${written}"`);
    // The ready query looks for what was sent.
    expect(forward.stdout).toContain(written);
    await devo.close();
  });
});
