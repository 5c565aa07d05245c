import { describe, expect, it } from 'vitest';
import { mayUseStored } from '../../../main/engine/config/stored-secrets.ts';
import {
  checkSource,
  fieldOf,
  keepsSecrets,
  newSource,
} from '../../../renderer/features/sources/source-draft.ts';
import { failure } from '../../../shared/errors.ts';
import { type TaxiiSettings, taxiiSettings } from '../../../shared/settings.ts';
import { ctciSettings } from '../../../shared/settings-ctci.ts';

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
