import { describe, expect, it } from 'vitest';
import { linqFor } from '../../../main/engine/devo/linq.ts';
import { lintTag } from '../../../main/engine/devo/tag-lint.ts';

describe('a tag', () => {
  it.each([
    ['my.app.taxii.objects', 'ok', 'shape'],
    ['threatintel.threatquotient.platform.spearphish', 'ok', 'shape'],
    ['my.app.taxii', 'warning', 'four levels'],
    ['my.app.a.b.c.d.e', 'warning', 'at most'],
    ['nonsense.brand.type.subtype', 'warning', 'unknown.unknown'],
    ['firewall.x', 'warning', 'four levels'],
    ['Firewall.a.b.c', 'warning', 'lower case'],
    ['', 'error', 'needed'],
    ['my.app.a b', 'error', 'space'],
    ['my.app.a:b', 'error', 'colon'],
    ['my.app.a\nb', 'error', 'U+000A'],
    ['my.app.é.x', 'error', 'é (U+00E9)'],
    ['my..app.x', 'error', 'empty'],
    ['.my.app', 'error', 'empty'],
    ['my.lookup.data.x', 'error', 'lookups'],
    [`my.app.${'x'.repeat(1024)}.y`, 'error', '1024'],
  ])('%s', (tag, level, part) => {
    const findings = lintTag(tag);
    expect(findings.map((f) => f.level)).toContain(level);
    expect(findings.map((f) => f.message).join(' ')).toContain(part);
  });
});

it('a pull is found by its id', () => {
  expect(linqFor('my.app.taxii.objects', '1669727732252')).toBe(
    'from my.app.taxii.objects where message -> "\\"@devo_pulling_id\\":\\"1669727732252\\"" select *',
  );
});
