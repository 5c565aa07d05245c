import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { inspectCredentials } from '../../../main/engine/devo/inspect-credentials.ts';
import { issue, issueAuthority, makeAuthority } from '../../../main/node/demo/certificates.ts';

const dir = mkdtempSync(join(tmpdir(), 'sluice-credentials-'));
afterAll(() => rmSync(dir, { recursive: true }));

const DAY = 86_400_000;
const now = Date.UTC(2026, 5, 15);
const span = (from: number, to: number) => ({
  notBefore: new Date(now + from * DAY),
  notAfter: new Date(now + to * DAY),
});
const authority = makeAuthority('acme CA', span(-10, 1000));
const client = issue(authority, { commonName: 'acme', usage: 'client', ...span(-10, 100) });
const put = (name: string, content: string | Buffer) => writeFileSync(join(dir, name), content);

beforeEach(() => {
  put('chain.crt', authority.cert);
  put('acme.crt', client.cert);
  put('acme.key', client.key);
});

const files = { chainFile: 'chain.crt', certFile: 'acme.crt', keyFile: 'acme.key' };
const inspect = (over: Partial<typeof files> = {}, passphrase: string | null = null) =>
  inspectCredentials({ settings: { ...files, ...over }, baseDir: dir, passphrase, now });
const codes = (over: Partial<typeof files> = {}, passphrase: string | null = null) =>
  inspect(over, passphrase).failures.map((f) => `${f.code} ${f.details?.file}`);

describe('the three files of a domain', () => {
  it('are good, with the day on which they end', () => {
    const result = inspect();
    expect(result.findings.map((f) => f.level)).toEqual(['ok', 'ok', 'ok']);
    expect(result.expires).toBe(now + 100 * DAY);
    expect(result.findings[1]?.message).toContain('2026-09-23');
  });

  it.each(['chainFile', 'certFile', 'keyFile'] as const)('are named when missing: %s', (which) => {
    expect(codes({ [which]: 'nowhere.pem' })).toEqual(['devo.credential-missing nowhere.pem']);
    expect(codes({ [which]: ' ' })[0]).toContain('devo.credential-missing');
  });

  it('are named when a folder, empty, no PEM, DER or damaged', () => {
    mkdirSync(join(dir, 'folder'), { recursive: true });
    put('empty', '');
    put('text', 'hello');
    put('der', Buffer.from([0x30, 0x82, 1, 0]));
    put('cut', client.cert.slice(0, 200));
    put('damaged', client.cert.replace(/[A-Za-z0-9]{40}/, 'A'.repeat(40)));
    expect(codes({ certFile: 'folder' })).toEqual(['devo.credential-unreadable folder']);
    expect(codes({ keyFile: 'empty' })).toEqual(['devo.credential-unreadable empty']);
    expect(codes({ chainFile: 'text' })).toEqual(['devo.credential-not-pem text']);
    expect(inspect({ certFile: 'der' }).failures[0]?.message).toContain('DER or PKCS#12');
    expect(codes({ certFile: 'cut' })).toEqual(['devo.credential-not-pem cut']);
    expect(codes({ certFile: 'damaged' })).toEqual(['devo.credential-not-pem damaged']);
  });

  it('are named when one is in the place of another', () => {
    expect(codes({ certFile: 'acme.key' })).toEqual(['devo.credential-wrong-kind acme.key']);
    expect(codes({ keyFile: 'acme.crt' })).toEqual(['devo.credential-wrong-kind acme.crt']);
    expect(codes({ chainFile: 'acme.key' })).toEqual(['devo.credential-wrong-kind acme.key']);
    expect(codes({ chainFile: 'acme.crt' })).toContain('devo.chain-no-ca acme.crt');
  });

  it('are named when they do not belong together', () => {
    const other = makeAuthority('other CA', span(-10, 1000));
    put('other.crt', other.cert);
    put('other.key', other.key);
    expect(codes({ keyFile: 'other.key' })).toEqual(['devo.key-mismatch other.key']);
    expect(codes({ chainFile: 'other.crt' })).toEqual(['devo.certificate-chain-mismatch acme.crt']);
  });

  it('may be signed over an intermediate that comes with the certificate', () => {
    const between = issueAuthority(authority, 'acme issuing CA');
    const leaf = issue(between, { commonName: 'acme', usage: 'client', ...span(-10, 100) });
    put('leaf.crt', leaf.cert + between.cert);
    put('leaf.key', leaf.key);
    expect(codes({ certFile: 'leaf.crt', keyFile: 'leaf.key' })).toEqual([]);
    put('leaf.crt', leaf.cert);
    expect(codes({ certFile: 'leaf.crt', keyFile: 'leaf.key' })).toEqual([
      'devo.certificate-chain-mismatch leaf.crt',
    ]);
  });

  it.each([
    ['expired', -20, -1, 'error', 'expired on 2026-06-14'],
    ['of the future', 2, 9, 'error', 'is valid from 2026-06-17'],
    ['about to expire', -20, 12, 'warning', 'expires on 2026-06-27, in 12 days'],
  ])('are named when %s', (_, from, to, level, message) => {
    const dated = issue(authority, { commonName: 'acme', usage: 'client', ...span(from, to) });
    put('dated.crt', dated.cert);
    put('dated.key', dated.key);
    const finding = inspect({ certFile: 'dated.crt', keyFile: 'dated.key' }).findings.find(
      (f) => f.subject === 'dated.crt',
    );
    expect(finding?.level).toBe(level);
    expect(finding?.message).toContain(message);
  });

  it('need the passphrase of an encrypted key', () => {
    const locked = issue(authority, {
      commonName: 'acme',
      usage: 'client',
      passphrase: 'sesame',
      ...span(-1, 100),
    });
    put('locked.crt', locked.cert);
    put('locked.key', locked.key);
    const pair = { certFile: 'locked.crt', keyFile: 'locked.key' };
    expect(codes(pair)).toEqual(['devo.key-encrypted locked.key']);
    expect(codes(pair, 'wrong')).toEqual(['devo.key-passphrase locked.key']);
    expect(codes(pair, 'sesame')).toEqual([]);
    expect(JSON.stringify(inspect(pair, 'wrong'))).not.toContain('wrong"');
  });
});
