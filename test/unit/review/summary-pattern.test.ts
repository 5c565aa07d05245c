import fc from 'fast-check';
import { expect, it } from 'vitest';
import { patternWords } from '../../../main/engine/review/summary-pattern.ts';

it.each([
  ["[ipv4-addr:value = '203.0.113.7']", 'IPv4 address 203.0.113.7'],
  ["[file:hashes.'SHA-256' = 'ab']", 'file with SHA-256 ab'],
  ["[file:hashes.MD5='ab' OR file:hashes.'SHA-1'='cd']", 'file with MD5 ab or file with SHA-1 cd'],
  ["[domain-name:value = 'a.test'] OR [domain-name:value = 'b.test']", 'domain a.test or domain b.test'],
  ["[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]", 'IPv4 address 192.0.2.1 or 192.0.2.2'],
  ["[url:value LIKE 'http://%/x']", 'URL like http://%/x'],
  ["[ipv4-addr:value ISSUBSET '198.51.100.0/24']", 'IPv4 address within 198.51.100.0/24'],
  [
    "[network-traffic:dst_port = 8443 AND network-traffic:dst_ref.value = '192.0.2.1']",
    'traffic to port 8443 and traffic to 192.0.2.1',
  ],
  ['[process:pid > 4]', 'process:pid > 4'],
  ["[file:name = 'it\\'s \\\\ here']", "file named it's \\ here"],
])('reads %s', (pattern, said) => {
  expect(patternWords(pattern)).toBe(said);
});

it.each([
  "[a:b = 'x'] FOLLOWEDBY [c:d = 'y']",
  "[ipv4-addr:value = 'a' AND ipv4-addr:value = 'b' OR ipv4-addr:value = 'c']",
  "[ipv4-addr:value NOT = 'a']",
  "[ipv4-addr:value = 'a'] REPEATS 5 TIMES",
  "[ipv4-addr:value = 'a'",
  "[ipv4-addr:value = 'a'] trailing",
  'rule x {}',
  '[]',
  '',
])('leaves %s as it stands', (pattern) => {
  expect(patternWords(pattern)).toBeNull();
});

it('counts what is too much to list', () => {
  const many = Array.from({ length: 9 }, (_, i) => `url:value = '${i}'`).join(' OR ');
  expect(patternWords(`[${many}]`)).toBe('URL 0, URL 1, URL 2, URL 3, URL 4, URL 5 or 3 more');
});

it('is quick and quiet on any text', () => {
  fc.assert(fc.property(fc.string(), (text) => void patternWords(`[${text}]`)));
  const started = performance.now();
  patternWords(`[${'a:b.c.'.repeat(600)}`);
  patternWords(`['${'\\\\'.repeat(1900)}`);
  expect(performance.now() - started).toBeLessThan(200);
});
