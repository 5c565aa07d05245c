import { describe, expect, it } from 'vitest';
import { mayUseStored } from '../../../main/engine/config/stored-secrets.ts';
import {
  checkSource,
  errorsAt,
  fieldOf,
  keepsSecrets,
  newSource,
  typedProblems,
} from '../../../renderer/features/sources/source-draft.ts';
import { failure } from '../../../shared/errors.ts';
import { type TaxiiSettings, taxiiSettings } from '../../../shared/settings.ts';
import { ctciSettings } from '../../../shared/settings-ctci.ts';
import { threatqSettings } from '../../../shared/settings-threatq.ts';

const saved = taxiiSettings.parse({
  kind: 'taxii',
  name: 'feed',
  id: '12345',
  discoveryUrl: 'https://taxii.example.com/taxii2/',
  apiRoots: ['/api/', 'https://roots.example.com/one/'],
});

const drafts: Record<string, Partial<TaxiiSettings>> = {
  'nothing changed': {},
  'another path': { discoveryUrl: 'https://taxii.example.com/other/' },
  'another name': { name: 'renamed' },
  'another host': { discoveryUrl: 'https://other.example.com/taxii2/' },
  'another port': { discoveryUrl: 'https://taxii.example.com:8443/taxii2/' },
  'no longer https': { discoveryUrl: 'http://taxii.example.com/taxii2/' },
  'fewer roots': { apiRoots: null },
  'a root elsewhere': { apiRoots: ['https://evil.example.net/'] },
  'a root already trusted': { apiRoots: ['https://taxii.example.com/api/'] },
  'a proxy': { proxy: { mode: 'manual', url: 'http://proxy.example.com:3128' } },
};

describe('whether a draft keeps the stored secrets', () => {
  it.each(Object.keys(drafts))('agrees with the engine: %s', (name) => {
    const draft = { ...saved, ...drafts[name] };
    expect(keepsSecrets(saved, draft)).toBe(mayUseStored(saved, draft));
  });

  it('says yes and no', () => {
    expect(keepsSecrets(saved, { ...saved, ...drafts['another path'] })).toBe(true);
    expect(keepsSecrets(saved, { ...saved, ...drafts['another host'] })).toBe(false);
  });

  it('lets a URL be typed', () => {
    for (const discoveryUrl of ['', 'h', 'https://', 'https:// '])
      expect(keepsSecrets(saved, { ...saved, discoveryUrl })).toBe(true);
  });
});

describe('a CTCI source', () => {
  const ctci = ctciSettings.parse({ kind: 'ctci', name: 'cewl', id: '12345' });

  it.each([
    ['nothing changed', {}],
    ['another path', { path: '/cve/cewl_download' }],
    ['another host', { baseUrl: 'https://test-api.ctci.ai' }],
    ['a proxy', { proxy: { mode: 'manual' as const, url: 'http://proxy.example.com:3128' } }],
  ])('keeps the stored token as the engine does: %s', (_, part) => {
    const draft = { ...ctci, ...part };
    expect(keepsSecrets(ctci, draft)).toBe(mayUseStored(ctci, draft));
  });

  it('starts with what the schema takes, but a name', () => {
    expect(checkSource(newSource('ctci')).errors).toEqual({ name: 'A name is needed.' });
    expect(checkSource({ ...newSource('ctci'), name: 'cewl' }).errors).toEqual({});
  });

  it('shows a refused token at the token', () => {
    const refused = failure({ code: 'ctci.refused', message: 'No.', details: { status: 401 } });
    expect(fieldOf(refused, ctci)).toBe('secrets.token');
  });
});

describe('a ThreatQuotient source', () => {
  const threatq = threatqSettings.parse({
    kind: 'threatq',
    name: 'tq',
    id: '111',
    apiBaseUrl: 'https://tq.example',
    username: 'analyst',
  });

  it.each([
    ['nothing changed', {}],
    ['another limit', { eventFetchLimitInItems: 5 }],
    ['another host', { apiBaseUrl: 'https://other.example' }],
    ['verification given up', { verifyHostSslCert: false }],
    ['a proxy', { proxy: { mode: 'manual' as const, url: 'http://proxy.example.com:3128' } }],
  ])('keeps the stored password as the engine does: %s', (_, part) => {
    const draft = { ...threatq, ...part };
    expect(keepsSecrets(threatq, draft)).toBe(mayUseStored(threatq, draft));
    expect(keepsSecrets(draft, threatq)).toBe(mayUseStored(draft, threatq));
  });

  it('begins with nothing wrong, and says the collector’s errors as they are typed', () => {
    const draft = newSource('threatq');
    if (draft.kind !== 'threatq') throw new Error('another kind');
    const now = Date.UTC(2026, 0, 1);
    expect(typedProblems(draft, now)).toEqual([]);
    const typed = { ...draft, apiBaseUrl: 'tq', historicalPollDatetime: '2026-01-02 00:00:00' };
    expect(typedProblems(typed, now).map((f) => [f.id, f.details.field])).toEqual([
      [3, 'apiBaseUrl'],
      [17, 'historicalPollDatetime'],
    ]);
    expect(errorsAt(typedProblems(typed, now)).apiBaseUrl).toMatch(/^SetupError 3: api_base_url must match/);
  });

  it('cannot be saved with what the collector refuses', () => {
    const { settings, errors } = checkSource({ ...threatq, historicalPollDatetime: '2020-01-01 00:00:00' });
    expect(settings).toBeNull();
    expect(errors.historicalPollDatetime).toMatch(/^SetupError 16: /);
  });
});
