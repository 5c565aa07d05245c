import { expect, test } from 'vitest';
import { readAudit } from '../../run/audit.ts';

test('grave holes are named, others are not counted', () => {
  const vulnerabilities = {
    undici: { severity: 'high', range: '<8.0.1' },
    yaml: { severity: 'moderate', range: '*' },
    zod: { severity: 'critical', range: '4.0.0' },
  };
  expect(readAudit(JSON.stringify({ vulnerabilities }))).toEqual({
    answered: true,
    grave: ['undici <8.0.1: high', 'zod 4.0.0: critical'],
  });
  expect(readAudit('npm warn x\n{"vulnerabilities":{}}')).toEqual({ answered: true, grave: [] });
});

test.each([
  ['{"message":"405 Method Not Allowed","error":{"summary":""}}', '405 Method Not Allowed'],
  ['{"error":{"summary":"request failed"}}', 'request failed'],
  ['', 'npm printed no report'],
])('%s is no answer, and no pass', (text, reason) => {
  expect(readAudit(text)).toEqual({ answered: false, reason });
});
