import { describe, expect, it } from 'vitest';
import { cveOfRow, cvesOfVulnerability } from '../../../main/engine/review/cve.ts';
import { KnownNames } from '../../../main/engine/review/known-names.ts';
import { recordDetailView } from '../../../main/engine/review/record-detail.ts';
import type { RecordDraft } from '../../../main/engine/sources/source.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { draft, FEED, indexAll, pulling, stixId, temporaryStore } from '../store/store-fixture.ts';

describe('the CVE of a row', () => {
  it('is found behind the list’s own prefixes', () => {
    expect(cveOfRow('CVE-2024-12345')).toBe('CVE-2024-12345');
    expect(cveOfRow(' cve-2024-12345')).toBe('CVE-2024-12345');
    expect(cveOfRow('pCVE-2024-12345')).toBe('CVE-2024-12345');
    expect(cveOfRow('HR-CVE-2024-12')).toBe('CVE-2024-12');
    expect(cveOfRow('xCVE-2024-12345')).toBeNull();
    expect(cveOfRow('CVE-2024-12345-beta')).toBeNull();
  });
});

describe('the CVEs of a vulnerability', () => {
  it('are those in its name and its external references', () => {
    const about = {
      type: 'vulnerability',
      name: 'CVE-2021-44228 (Log4Shell), see also cve-2021-45046',
      external_references: [{ external_id: 'CVE-2021-44228' }, { external_id: 'CWE-502' }, 'CVE-2000-0001'],
    };
    expect(cvesOfVulnerability(about)).toEqual(['CVE-2021-44228', 'CVE-2021-45046']);
    expect(cvesOfVulnerability({ name: 'xCVE-2021-44228' })).toEqual([]);
    expect(cvesOfVulnerability(null)).toEqual([]);
  });
});

describe('the same CVE in the list and in STIX', () => {
  const vulnerability = (n: number, name: string, version = '2026-01-01T00:00:00Z'): RecordDraft =>
    draft({ id: stixId(n, 'vulnerability'), name, version });
  const row = (id: string, version: string, revoked = false): RecordDraft =>
    draft({
      id,
      type: 'cve',
      version,
      name: 'Fortinet FortiOS',
      revoked,
      raw: Buffer.from(`{"cve":"${id}","v":"${version}"}`),
    });
  const related = (store: Store, key: number) => {
    const detail = store.records.get(key);
    if (detail === null) throw new Error('no record');
    const { relations } = recordDetailView(detail, store.records, new KnownNames(store.records));
    return relations.map((r) => [r.label, r.id, r.key, r.name]);
  };

  it('links both ways, to the newest versions, and follows what is described anew', () => {
    const store = temporaryStore();
    const objects = pulling(store, 'taxii');
    objects.page([vulnerability(1, 'CVE-2024-1000'), vulnerability(2, 'Something else')]);
    const list = pulling(store, 'list', { ...FEED, collection: 'cewl', kind: 'cewl' });
    list.page([row('pCVE-2024-1000', '1.a'), row('CVE-2024-2000', '1.a'), row('pCVE-2024-1000', '2.b')]);
    indexAll(store);
    expect(related(store, 1)).toEqual([['listed in CEWL', 'pCVE-2024-1000', 5, 'Fortinet FortiOS']]);
    expect(related(store, 3)).toEqual([
      ['described by vulnerability', stixId(1, 'vulnerability'), 1, 'CVE-2024-1000'],
    ]);
    expect(related(store, 4)).toEqual([]);
    // The same version with another text: the record is described anew.
    objects.page([vulnerability(1, 'CVE-2024-2000')]);
    expect(related(store, 3)).toEqual([]);
    expect(related(store, 4)).toEqual([
      ['described by vulnerability', stixId(1, 'vulnerability'), 1, 'CVE-2024-2000'],
    ]);
  });

  it('finds rows by any of their words', () => {
    const store = temporaryStore();
    pulling(store, 'list', { ...FEED, collection: 'cewl', kind: 'cewl' }).page([
      draft({
        id: 'CVE-2024-1',
        type: 'cve',
        raw: Buffer.from('{"cve":"CVE-2024-1","cwe":"CWE-787","x_new":"Zyxel"}'),
      }),
      draft({ id: 'CVE-2024-2', type: 'cve', raw: Buffer.from('{"cve":"CVE-2024-2"}') }),
    ]);
    indexAll(store);
    for (const text of ['CWE-787', 'zyxel', 'CVE-2024-1']) expect(store.records.count({ text })).toBe(1);
  });
});
