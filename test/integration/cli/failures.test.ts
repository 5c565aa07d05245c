import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issue, makeAuthority } from '../../../main/node/demo/certificates.ts';
import { DevoEndpoint } from '../../../main/node/demo/devo-endpoint.ts';
import { generateSample } from '../../../main/node/demo/sample-stix.ts';
import { startTaxiiServer, type TaxiiServer } from '../../../main/node/demo/taxii-server.ts';
import { jsonLines, sluice } from './command.ts';
import { devoOutput, type Lab, openLab, PASSWORD, taxiiInput, USERNAME } from './lab.ts';

/** What servers and files can do wrong: exit status 1, one sentence with the seeds' id where they have one. */

let lab: Lab;
let server: TaxiiServer;
let devo: DevoEndpoint;
beforeAll(async () => {
  lab = openLab();
  const { collections } = generateSample({ objects: 60 });
  server = await startTaxiiServer({ version: '2.1', collections, username: USERNAME, password: PASSWORD });
  devo = await DevoEndpoint.start({ certificates: lab.certificates });
});
afterAll(async () => {
  await Promise.all([server.close(), devo.close()]);
  lab.close();
});

async function pull(input: Record<string, unknown>) {
  const config = lab.config({ inputs: { feed: input } });
  const ran = await sluice(['pull', '--config', config, '--data', lab.data, '--json']);
  expect(ran.stderr + ran.stdout).not.toContain(PASSWORD);
  expect(ran.stderr).not.toMatch(/\n\s+at .*:\d+/);
  // Said once to the person, beside the log.
  const said = ran.stderr.split('\n').filter((line) => line.startsWith('feed: '));
  return { ...ran, said, totals: jsonLines<Record<string, unknown>>(ran).at(-1) };
}

describe('sources', () => {
  test('a wrong password is PullError 301', async () => {
    const input = { ...taxiiInput(server.url), credentials: { username: USERNAME, password: 'wrong-one' } };
    const ran = await pull(input);
    expect(ran.code).toBe(1);
    expect(ran.said).toEqual([
      'feed: PullError 301: The username or the password provided in the config.yaml is incorrect',
    ]);
    expect(ran.stderr).toContain('  Recheck the values that are provided in the config file\n');
    expect(ran.stderr).not.toContain('wrong-one');
    expect(ran.totals).toMatchObject({
      received: 0,
      complete: 'unknown',
      error: expect.stringContaining('incorrect'),
    });
  });

  test('a wrong path is PullError 303', async () => {
    const ran = await pull(taxiiInput(new URL('/nothing/here/', server.url).href));
    expect(ran.code).toBe(1);
    expect(ran.said).toEqual([
      'feed: PullError 303: The Discovery URL provided in the config.yaml is incorrect.',
    ]);
  });

  test('the other TAXII version is named', async () => {
    const ran = await pull(taxiiInput(server.url, { taxii_version: '2.0' }));
    expect(ran.code).toBe(1);
    expect(ran.said.join()).toMatch(/does not speak TAXII 2\.0|Discovery URL provided .* incorrect/);
  });

  test('nobody there', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const ran = await pull(taxiiInput(`http://127.0.0.1:${port}/`, { max_attempts: 1 }));
    expect(ran.code).toBe(1);
    expect(ran.said).toEqual([`feed: 127.0.0.1:${port} refused the connection.`]);
  });

  test('a page that is no TAXII', async () => {
    const web = createServer((_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Welcome</h1>'),
    );
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const ran = await pull(taxiiInput(`http://127.0.0.1:${(web.address() as AddressInfo).port}/`));
    expect(ran.code).toBe(1);
    expect(ran.said.join()).toContain('PullError 303');
    web.close();
  });

  test('one source that fails does not keep the others from being pulled', async () => {
    const bad = { ...taxiiInput(server.url), credentials: { username: 'nobody', password: 'x-x-x' } };
    const config = lab.config({ inputs: { bad, good: taxiiInput(server.url) } });
    const ran = await sluice(['pull', '--config', config, '--data', join(lab.dir, 'two'), '--json']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('bad: PullError 301');
    expect(jsonLines<{ stored: number }>(ran).at(-1)?.stored).toBeGreaterThan(100);
  });
});

describe('certificates', () => {
  const check = async (more: Record<string, unknown>) => {
    const config = lab.config({ outputs: { devo: devoOutput(devo.ports.syslog, more) } }, 'certs.yaml');
    return await sluice(['check', '--config', config]);
  };
  const write = (name: string, text: string): string => {
    writeFileSync(join(lab.dir, name), text);
    return name;
  };
  const DAY = 86_400_000;

  test('good ones', async () => {
    const ran = await check({});
    expect(ran).toMatchObject({ code: 0, stderr: 'The configuration defines no inputs.\n' });
  });

  test('each bad file is named', async () => {
    const { authority } = lab.certificates;
    const ago = (days: number) => new Date(Date.now() - days * DAY);
    const expired = issue(authority, {
      commonName: 'old',
      usage: 'client',
      notBefore: ago(20),
      notAfter: ago(3),
    });
    const other = issue(authority, { commonName: 'other', usage: 'client' });
    const stranger = issue(makeAuthority('stranger'), { commonName: 'stranger', usage: 'client' });
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ cert: 'certs/absent.crt' }, /The cert file certs\/absent\.crt does not exist\./],
      [{ chain: write('empty.crt', '') }, /The chain file empty\.crt is empty\./],
      [{ key: write('text.key', 'hello') }, /The key file text\.key /],
      [
        { cert: write('expired.crt', expired.cert), key: write('expired.key', expired.key) },
        /The certificate expired\.crt expired on \d{4}-\d\d-\d\d\./,
      ],
      [
        { key: write('other.key', other.key) },
        /The key other\.key does not belong to the certificate certs\/demo\.crt\./,
      ],
      [
        { cert: write('stranger.crt', stranger.cert), key: write('stranger.key', stranger.key) },
        /stranger\.crt is not signed by a CA in certs\/chain\.crt\.|refuses the client certificate/,
      ],
      [{ chain: write('wrong-chain.crt', makeAuthority('elsewhere').cert) }, /chain/],
    ];
    for (const [more, sentence] of cases) {
      const ran = await check(more);
      expect(ran.code, ran.stdout).toBe(1);
      expect(ran.stdout).toMatch(/^destination devo: failed, /);
      expect(ran.stdout).toMatch(sentence);
      expect(ran.stderr).not.toMatch(/\n\s+at .*:\d+/);
    }
  });

  test('a forward with a bad certificate hands nothing over and keeps everything queued', async () => {
    const input = taxiiInput(server.url);
    const good = { inputs: { feed: input }, outputs: { devo: devoOutput(devo.ports.syslog) } };
    const data = join(lab.dir, 'bad-forward');
    const goodFile = lab.config(good, 'good.yaml');
    await sluice(['pull', '--config', goodFile, '--data', data]);
    await sluice(['decide', 'approve', '--data', data]);
    const bad = lab.config(
      { ...good, outputs: { devo: devoOutput(devo.ports.syslog, { key: 'certs/absent.key' }) } },
      'bad.yaml',
    );
    const ran = await sluice(['forward', '--config', bad, '--data', data]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/\ndevo: The key file certs\/absent\.key does not exist\.\n/);
    expect(ran.stderr).toMatch(/still queued; nothing is lost, forward again\./);
    expect(devo.total).toBe(0);
    expect((await sluice(['forward', '--config', goodFile, '--data', data])).code).toBe(0);
    expect(devo.total).toBeGreaterThan(0);
  });
});

test('a data directory that may not be written', async () => {
  if (process.getuid?.() === 0) {
    // Root may write anywhere: a file where the directory should be stands for it.
    writeFileSync(join(lab.dir, 'a-file'), '');
    const config = lab.config({ inputs: { feed: taxiiInput(server.url) } });
    const ran = await sluice(['pull', '--config', config, '--data', join(lab.dir, 'a-file', 'data')]);
    expect(ran.code).toBeGreaterThan(0);
    expect(ran.stderr).not.toMatch(/\n\s+at .*:\d+/);
    expect(ran.stderr).toMatch(/^[^\n]*a-file[^\n]*\n/);
    return;
  }
  chmodSync(lab.dir, 0o500);
  const ran = await sluice(['pull', '--config', join(lab.dir, 'config.yaml'), '--data', join(lab.dir, 'no')]);
  chmodSync(lab.dir, 0o700);
  expect(ran.code).toBeGreaterThan(0);
  expect(ran.stderr).toMatch(/^[^\n]+\n/);
});
