import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { forgetSecrets, moveSecrets, sessionSecrets } from '../../../main/engine/config/secrets.ts';
import { storedSecrets } from '../../../main/engine/config/secrets-file.ts';
import type { SecretCipher } from '../../../main/engine/ports.ts';

const HOME = new Set(['https://taxii.example']);
const KEY = 'source/feed/password';
const SECRET = 'stored-and-secret';

/** Turns text about and tells what it was asked; a real one is the system's. */
class Turner implements SecretCipher {
  again = false;
  broken = false;
  encrypted = 0;
  async encrypt(text: string): Promise<string> {
    this.encrypted++;
    return Buffer.from([...`${this.encrypted}|${text}`].reverse().join('')).toString('base64');
  }
  async decrypt(encrypted: string): Promise<{ text: string; again: boolean }> {
    if (this.broken) throw new Error(`cannot decrypt ${encrypted}`);
    const text = [...Buffer.from(encrypted, 'base64').toString()].reverse().join('');
    return { text: text.slice(text.indexOf('|') + 1), again: this.again };
  }
}

let dir: string;
let cipher: Turner;
let problems: string[];
const open = () => storedSecrets(dir, cipher, (message) => problems.push(message));
const file = () => join(dir, 'secrets.json');

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-secrets-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  cipher = new Turner();
  problems = [];
});

describe('secrets in the file', () => {
  test('are there again in the next process, encrypted, in a file of the user alone', async () => {
    await open().set(KEY, SECRET, HOME);
    const text = readFileSync(file(), 'utf8');
    expect(text).not.toContain(SECRET);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(['secrets.json']);
    expect(await open().get(KEY, HOME)).toBe(SECRET);
    expect(await open().has(KEY)).toBe(true);
  });

  test('are forgotten', async () => {
    const secrets = open();
    await secrets.set(KEY, SECRET, HOME);
    await secrets.set(KEY, null, new Set());
    expect(await secrets.has(KEY)).toBe(false);
    expect(await open().get(KEY, HOME)).toBeNull();
  });

  test('are given for the servers they were stored for, and for no other, whoever edits the file', async () => {
    await open().set(KEY, SECRET, new Set(['https://a.example', 'https://b.example']));
    expect(await open().get(KEY, new Set(['https://a.example']))).toBe(SECRET);
    expect(await open().get(KEY, new Set(['https://a.example', 'https://evil.example']))).toBeNull();
    // Moving the ciphertext under another name takes its servers along.
    const read = JSON.parse(readFileSync(file(), 'utf8')) as { secrets: Record<string, string> };
    const moved = { version: 1, secrets: { 'source/evil/password': read.secrets[KEY] } };
    writeFileSync(file(), JSON.stringify(moved));
    expect(await open().get('source/evil/password', new Set(['https://evil.example']))).toBeNull();
  });

  test('that another user or computer encrypted count as not set, which is said without them', async () => {
    await open().set(KEY, SECRET, HOME);
    cipher.broken = true;
    const secrets = open();
    expect(await secrets.get(KEY, HOME)).toBeNull();
    expect(await secrets.has(KEY)).toBe(false);
    expect(problems).toEqual([expect.stringContaining(KEY)]);
    expect(problems.join()).not.toContain(JSON.parse(readFileSync(file(), 'utf8')).secrets[KEY]);
    cipher.broken = false;
    await secrets.set(KEY, 'new', HOME);
    expect(await secrets.get(KEY, HOME)).toBe('new');
  });

  test('are encrypted anew when the system says so, once', async () => {
    const secrets = open();
    await secrets.set(KEY, SECRET, HOME);
    const before = readFileSync(file(), 'utf8');
    cipher.again = true;
    expect(await secrets.get(KEY, HOME)).toBe(SECRET);
    expect(readFileSync(file(), 'utf8')).not.toBe(before);
    cipher.again = false;
    expect(await open().get(KEY, HOME)).toBe(SECRET);
    expect(cipher.encrypted).toBe(2);
  });

  test('set at the same time are all kept', async () => {
    const secrets = open();
    const many = Array.from({ length: 20 }, (_, i) => `source/feed${i}/password`);
    await Promise.all(many.map((key) => secrets.set(key, key, HOME)));
    const again = open();
    expect(await Promise.all(many.map((key) => again.get(key, HOME)))).toEqual(many);
  });

  test('that cannot be encrypted are not set, and those before stay', async () => {
    const secrets = open();
    await secrets.set(KEY, SECRET, HOME);
    cipher.encrypt = () => Promise.reject(new Error('the keyring is locked'));
    await expect(secrets.set(KEY, 'other', HOME)).rejects.toThrow('locked');
    expect(await secrets.get(KEY, HOME)).toBe(SECRET);
  });

  test.each([
    ['secrets.newer', '{"version": 2, "secrets": {}}'],
    ['secrets.invalid', '{"version": 1, "secrets": {"a": 7}}'],
    ['secrets.invalid', '{"version": 1, "secr'],
    ['secrets.invalid', '[]'],
  ])('%s: %s is refused and left as it is', (code, text) => {
    writeFileSync(file(), text);
    expect(open).toThrow(expect.objectContaining({ failure: expect.objectContaining({ code }) }));
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });

  test('nothing is written before there is one', async () => {
    expect(await open().get(KEY, HOME)).toBeNull();
    expect(existsSync(file())).toBe(false);
  });
});

describe('secrets of the session', () => {
  test('keep to their servers as well; those of a configuration file go where it says', async () => {
    const secrets = sessionSecrets(new Map([['source/configured/password', 'c']]));
    await secrets.set(KEY, SECRET, HOME);
    expect(await secrets.get(KEY, HOME)).toBe(SECRET);
    expect(await secrets.get(KEY, new Set(['https://evil.example']))).toBeNull();
    expect(await secrets.get('source/configured/password', new Set(['https://any.example']))).toBe('c');
  });

  test('are moved with a new name and forgotten with an old one', async () => {
    const secrets = sessionSecrets();
    await secrets.set(KEY, SECRET, HOME);
    await moveSecrets(secrets, 'source', 'feed', 'renamed', HOME);
    expect(await secrets.has(KEY)).toBe(false);
    expect(await secrets.get('source/renamed/password', HOME)).toBe(SECRET);
    await forgetSecrets(secrets, 'source', 'renamed');
    expect(await secrets.has('source/renamed/password')).toBe(false);
  });
});
