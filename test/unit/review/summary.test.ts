import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarise } from '../../../main/engine/review/summary.ts';
import { generateSample } from '../../../main/node/demo/sample-stix.ts';

const row = { type: '', tlp: 'none', id: '', received: 0, cells: null } as const;
const read = (object: unknown, names: Record<string, string> = {}) =>
  summarise('object', object, row, (id) => names[id] ?? null);
const first = (object: unknown, names: Record<string, string> = {}) => read(object, names).sentences[0];
const property = (object: unknown, label: string) =>
  read(object).properties.find((entry) => entry.label === label)?.value;

const A = 'a1b2c3d4-0000-4000-8000-000000000001';
const B = 'a1b2c3d4-0000-4000-8000-000000000002';

describe('first sentence by type', () => {
  const cases: [object: Record<string, unknown>, sentence: string][] = [
    [
      {
        type: 'indicator',
        indicator_types: ['malicious-activity'],
        pattern: "[ipv4-addr:value = '203.0.113.7']",
        pattern_type: 'stix',
        valid_from: '2026-05-01T00:00:00Z',
        valid_until: '2026-08-01T00:00:00.000Z',
        confidence: 85,
      },
      'Indicator of malicious activity: IPv4 address 203.0.113.7, valid from 2026-05-01 UTC until 2026-08-01, confidence 85.',
    ],
    [
      {
        type: 'indicator',
        labels: ['benign'],
        pattern: "[url:value = 'http://x.test/']",
        valid_from: '2026-05-01T13:20:05.5+02:00',
      },
      'Indicator of benign activity: URL http://x.test/, valid from 2026-05-01 11:20:05 UTC.',
    ],
    [
      {
        type: 'indicator',
        name: 'Rule',
        pattern_type: 'yara',
        pattern: 'rule x {}',
        valid_from: '2026-05-01T00:00:00Z',
      },
      'Indicator: Rule, a rule in YARA, valid from 2026-05-01 UTC.',
    ],
    [
      {
        type: 'attack-pattern',
        name: 'Lure',
        kill_chain_phases: [{ kill_chain_name: 'k', phase_name: 'initial-access' }],
        external_references: [{ source_name: 's', external_id: 'T1' }],
      },
      'Attack pattern: Lure (T1), used in initial access.',
    ],
    [
      { type: 'campaign', name: 'Op', first_seen: '2026-01-01T00:00:00Z', last_seen: '2026-02-01T00:00:00Z' },
      'Campaign Op, seen from 2026-01-01 UTC to 2026-02-01.',
    ],
    [{ type: 'course-of-action', name: 'Patch' }, 'Course of action: Patch.'],
    [
      { type: 'grouping', name: 'G', context: 'suspicious-activity', object_refs: ['a--1', 'b--2'] },
      'Grouping G of 2 objects, in the context of suspicious activity.',
    ],
    [
      { type: 'identity', name: 'Velmara', identity_class: 'organization', sectors: ['energy', 'water'] },
      'Organization Velmara, in energy and water.',
    ],
    [{ type: 'incident', name: 'Break-in' }, 'Incident: Break-in.'],
    [
      { type: 'infrastructure', name: 'Relay', infrastructure_types: ['command-and-control'] },
      'Infrastructure Relay, used for command and control.',
    ],
    [
      { type: 'intrusion-set', name: 'Marl', aliases: ['Marl', 'DS-1'] },
      'Intrusion set Marl, also called DS-1.',
    ],
    [
      { type: 'location', name: 'Here', latitude: 8.5, longitude: -1 },
      'Location Here, at latitude 8.5 and longitude -1.',
    ],
    [
      { type: 'malware', name: 'Soot', is_family: true, malware_types: ['backdoor'] },
      'Malware family Soot, of type backdoor.',
    ],
    [{ type: 'malware', name: 'Soot', labels: ['malware'] }, 'Malware Soot.'],
    [
      { type: 'malware-analysis', product: 'box', result: 'malicious', result_name: 'X.1' },
      'Analysis by box finds the sample malicious (X.1).',
    ],
    [{ type: 'note', abstract: 'Short', object_refs: [`malware--${A}`] }, 'Note on some malware: Short.'],
    [
      {
        type: 'observed-data',
        number_observed: 1200,
        first_observed: '2026-01-01T00:00:00Z',
        last_observed: '2026-01-02T00:00:00Z',
        object_refs: ['ipv4-addr--1', 'ipv4-addr--2', 'url--3'],
      },
      'Observed 1,200 times between 2026-01-01 UTC and 2026-01-02: 2 IPv4 addresses, 1 URL.',
    ],
    [
      { type: 'opinion', opinion: 'strongly-disagree', object_refs: [`report--${A}`] },
      'The producer strongly disagrees with a report.',
    ],
    [
      { type: 'report', name: 'R', report_types: ['campaign'], published: '2026-01-01T00:00:00Z' },
      'Report R, on campaign, published 2026-01-01 UTC.',
    ],
    [
      { type: 'threat-actor', name: 'T', threat_actor_types: ['spy'], primary_motivation: 'personal-gain' },
      'Threat actor T, of type spy, motivated by personal gain.',
    ],
    [
      { type: 'tool', name: 'hashcomb', tool_version: '2.0', tool_types: ['remote-access'] },
      'Tool hashcomb 2.0, for remote access.',
    ],
    [{ type: 'vulnerability', name: 'CVE-2099-10000' }, 'Vulnerability CVE-2099-10000.'],
    [
      {
        type: 'sighting',
        sighting_of_ref: `indicator--${A}`,
        count: 3464,
        where_sighted_refs: [`identity--${B}`],
      },
      'An indicator was sighted 3,464 times by an identity.',
    ],
    [
      { type: 'marking-definition', definition_type: 'tlp', definition: { tlp: 'white' } },
      'Marking TLP:CLEAR: what carries it may be shared without limit.',
    ],
    [
      { type: 'marking-definition', extensions: { x: { tlp_2_0: 'amber+strict' } } },
      'Marking TLP:AMBER+STRICT: what carries it may be shared within the organisation only, as far as they need to know.',
    ],
    [
      { type: 'marking-definition', definition_type: 'statement', definition: { statement: 'Ours.' } },
      'Statement marking: Ours.',
    ],
    [
      { type: 'language-content', object_ref: `malware--${A}`, contents: { de: {} } },
      'Texts in de for some malware.',
    ],
    [{ type: 'extension-definition', name: 'Score', version: '1.0.0' }, 'Extension Score 1.0.0.'],
    [
      { type: 'artifact', mime_type: 'text/plain', payload_bin: 'YWJj', hashes: { MD5: 'aa' } },
      'Artifact of type text/plain, 3 bytes of payload, MD5 aa.',
    ],
    [{ type: 'autonomous-system', number: 64500, name: 'Ex' }, 'Autonomous system AS64500, Ex.'],
    [{ type: 'directory', path: 'C:\\x' }, 'Folder C:\\x.'],
    [
      { type: 'domain-name', value: 'x.test', resolves_to_refs: [`ipv4-addr--${A}`] },
      'Domain x.test, resolves to 1 object.',
    ],
    [{ type: 'email-addr', value: 'a@x.test' }, 'Mail address a@x.test.'],
    [
      { type: 'email-message', subject: 'Hi', from_ref: `email-addr--${A}` },
      'Mail with subject “Hi” from a mail address.',
    ],
    [
      { type: 'file', name: 'a.exe', size: 12345, hashes: { MD5: 'aa', 'SHA-256': 'bb' } },
      'File a.exe, 12,345 bytes, SHA-256 bb.',
    ],
    [{ type: 'ipv4-addr', value: '192.0.2.1' }, 'IPv4 address 192.0.2.1.'],
    [{ type: 'ipv6-addr', value: '2001:db8::1' }, 'IPv6 address 2001:db8::1.'],
    [{ type: 'mac-addr', value: '00:00:5e:00:53:01' }, 'MAC address 00:00:5e:00:53:01.'],
    [{ type: 'mutex', name: 'M' }, 'Mutex M.'],
    [
      { type: 'network-traffic', protocols: ['tcp'], src_ref: `ipv4-addr--${A}`, dst_port: 443 },
      'Network traffic over tcp from an IPv4 address to port 443.',
    ],
    [{ type: 'process', command_line: 'x /q', pid: 4 }, 'Process x /q, pid 4.'],
    [{ type: 'software', name: 'S', version: '1', vendor: 'V' }, 'Software S 1, by V.'],
    [{ type: 'url', value: 'http://x.test' }, 'URL http://x.test.'],
    [
      { type: 'user-account', account_login: 'svc', is_service_account: true },
      'Account svc, service account.',
    ],
    [
      { type: 'windows-registry-key', key: 'HKCU\\x', values: [{ name: 'Run', data: 'a' }] },
      'Registry key HKCU\\x, with Run = a.',
    ],
    [
      {
        type: 'x509-certificate',
        subject: 'CN=x',
        issuer: 'CN=y',
        is_self_signed: false,
        validity_not_after: '2027-01-01T00:00:00Z',
      },
      'Certificate for CN=x, issued by CN=y, valid until 2027-01-01 UTC.',
    ],
    [{ type: 'x-custom', name: 'N' }, 'Object of type x custom: N.'],
    [{ name: 'N' }, 'Object without a type: N.'],
  ];
  it.each(cases)('%j', (object, sentence) => {
    expect(first(object)).toBe(sentence);
  });

  it('names what a relationship joins where names are known', () => {
    const uses = {
      type: 'relationship',
      relationship_type: 'uses',
      source_ref: `intrusion-set--${A}`,
      target_ref: `malware--${B}`,
    };
    expect(first(uses)).toBe('An intrusion set uses some malware.');
    expect(first(uses, { [uses.source_ref]: 'Marl', [uses.target_ref]: 'Soot' })).toBe(
      'Intrusion set Marl uses malware Soot.',
    );
  });

  it('reads the numbered observables of a 2.0 observed-data', () => {
    const { sentences } = read({
      type: 'observed-data',
      number_observed: 1,
      first_observed: '2026-01-01T00:00:00Z',
      last_observed: '2026-01-01T00:00:00Z',
      objects: { '0': { type: 'url', value: 'http://x.test' }, '1': { type: 'x-odd' } },
    });
    expect(sentences).toEqual(['Observed once on 2026-01-01 UTC.', 'URL http://x.test.', 'X odd.']);
  });

  it('says when the producer has revoked it', () => {
    expect(read({ type: 'tool', name: 'x', revoked: true }).sentences.at(-1)).toBe(
      'Its producer has revoked it.',
    );
    expect(read({ type: 'tool', name: 'x', revoked: 'true' }).sentences).toHaveLength(1);
  });
});

describe('manifest entries', () => {
  it('reads 2.1 rows and 2.0 rows', () => {
    const id = `indicator--${A}`;
    const one = summarise(
      'manifest',
      { id, date_added: '2026-04-01T06:00:00.000001Z', version: '2026-03-01T00:00:00Z', media_type: 'm' },
      row,
    );
    expect(one.sentences).toEqual([
      'Manifest entry for an indicator, version 2026-03-01 UTC, added to the collection 2026-04-01 06:00 UTC.',
    ]);
    const many = summarise(
      'manifest',
      { id, versions: ['2026-03-02T00:00:00Z', '2026-03-01T00:00:00Z'] },
      row,
    );
    expect(many.sentences).toEqual([
      'Manifest entry for an indicator, 2 versions, the newest 2026-03-02 UTC.',
    ]);
    expect(many.properties.map(({ label }) => label)).toEqual(['Id', 'Versions']);
  });
});

describe('properties', () => {
  it('gives references, kill chain, TLP, producer and custom properties', () => {
    const object = {
      type: 'malware',
      name: 'x',
      external_references: [{ source_name: 'cve', external_id: 'CVE-2099-1', url: 'https://x.test' }],
      kill_chain_phases: [{ kill_chain_name: 'k', phase_name: 'p-q' }],
      created_by_ref: `identity--${A}`,
      confidence: 85,
      x_score: 3,
    };
    const { properties } = summarise(
      'object',
      object,
      { ...row, type: 'malware', tlp: 'amber' },
      () => 'Desk',
    );
    expect(properties).toEqual([
      { label: 'Kill chain', value: 'p q in k', mono: false },
      { label: 'Reference', value: 'cve CVE-2099-1: https://x.test', mono: false },
      { label: 'x_score', value: '3', mono: true },
      { label: 'TLP', value: 'TLP:AMBER', mono: false },
      { label: 'Confidence', value: '85 of 100 (high)', mono: false },
      { label: 'Created by', value: 'Desk', mono: false },
    ]);
  });

  it('keeps a long description whole up to its bound and says how long it is', () => {
    const long = { type: 'tool', name: 'x', description: 'a'.repeat(50_000) };
    expect(read(long).sentences).toHaveLength(1);
    expect(property(long, 'Description')).toBe(`${'a'.repeat(20_000)}… (50,000 characters in all)`);
  });

  it('says that a large integer lost digits', () => {
    expect(property(JSON.parse('{"type":"tool","x_n":12345678901234567890}'), 'x_n')).toMatch(/^about /);
  });
});

describe('hostile content', () => {
  it('is text: markup stays, marks that reorder are written out', () => {
    expect(first({ type: 'tool', name: '<script>alert(1)</script>' })).toBe(
      'Tool <script>alert(1)</script>.',
    );
    expect(first({ type: 'tool', name: 'a\u202egnp.exe\u001b[31m' })).toBe(
      'Tool a⟨U+202E⟩gnp.exe⟨U+001B⟩[31m.',
    );
    expect(first({ type: 'tool', name: 'two\nlines' })).toBe('Tool two lines.');
  });

  it('keeps sentences short whatever the lists hold', () => {
    const ids = Array.from({ length: 5000 }, (_, i) => `x-type${i}--1`);
    const many = { type: 'report', name: 'R', report_types: ids, object_refs: ids };
    const { sentences } = read(many);
    expect(sentences.every((said) => said.length < 2100)).toBe(true);
    expect(sentences[1]).toMatch(/, 4988 more types\.$/);
  });

  it('reads own properties only', () => {
    const { sentences } = read(JSON.parse('{"type":"constructor","__proto__":{"name":"polluted"}}'));
    expect(sentences).toEqual(['Object of type constructor.']);
  });

  it('never throws, whatever the object is', () => {
    const types = [
      'indicator',
      'report',
      'sighting',
      'relationship',
      'file',
      'observed-data',
      'marking-definition',
      'x509-certificate',
      '__proto__',
    ];
    const keys = [
      'name',
      'pattern',
      'labels',
      'object_refs',
      'hashes',
      'definition',
      'extensions',
      'external_references',
      'kill_chain_phases',
      'values',
      'objects',
      'valid_from',
      'confidence',
      'contents',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()),
        (type, rest) => {
          for (const kind of ['object', 'manifest'] as const) {
            const { sentences } = summarise(kind, { ...rest, type }, row);
            expect(sentences.length).toBeGreaterThan(0);
            expect(sentences.every((said) => said !== '' && said.isWellFormed())).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.anything(), (value) => summarise('object', value, row).sentences.length > 0));
  });
});

it('has words of its own for every type in the sample', () => {
  for (const { objects } of generateSample({ objects: 600 }).collections) {
    for (const { raw } of objects) {
      const said = first(JSON.parse(raw));
      expect(said).not.toMatch(/^Object of type|undefined|null|NaN|\[object/);
    }
  }
});
