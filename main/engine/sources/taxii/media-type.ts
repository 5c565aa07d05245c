export type TaxiiVersion = '2.0' | '2.1';
/** `objects` has a media type of its own in TAXII 2.0. */
export type Resource = 'taxii' | 'objects';

export interface MediaType {
  /** Lower case, `application/taxii+json`; empty when there is none. */
  type: string;
  /** `version` parameter, unquoted; null without one. */
  version: string | null;
}

/** Reads a Content-Type leniently: case, quotes, spaces and other parameters do not matter. RFC 9110 section 8.3. */
export function parseMediaType(header: string | undefined): MediaType {
  const [first = '', ...parameters] = (header ?? '').split(';');
  let version: string | null = null;
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=', 2);
    if (name.trim().toLowerCase() === 'version') version = value.trim().replace(/^"|"$/g, '').trim();
  }
  return { type: first.trim().toLowerCase(), version: version === '' ? null : version };
}

export function isHtml(media: MediaType): boolean {
  return media.type === 'text/html' || media.type === 'application/xhtml+xml';
}

/** Which TAXII version a media type stands for; null when it does not say. TAXII 2.1 section 1.6.8, TAXII 2.0 section 1.6.8. */
export function versionOf(media: MediaType): TaxiiVersion | null {
  if (media.type === 'application/vnd.oasis.taxii+json' || media.type === 'application/vnd.oasis.stix+json') {
    return '2.0';
  }
  if (media.type !== 'application/taxii+json' && media.type !== 'application/stix+json') return null;
  return media.version === '2.0' ? '2.0' : '2.1';
}

/** What to ask for, best first; each next one is for servers that answer 406 to those before. */
export function acceptable(version: TaxiiVersion, resource: Resource): readonly string[] {
  if (version === '2.1') {
    return ['application/taxii+json;version=2.1', 'application/taxii+json', 'application/json', '*/*'];
  }
  const taxii = 'application/vnd.oasis.taxii+json; version=2.0';
  const stix = 'application/vnd.oasis.stix+json; version=2.0';
  return resource === 'objects'
    ? [stix, taxii, 'application/vnd.oasis.stix+json', 'application/json', '*/*']
    : [taxii, 'application/vnd.oasis.taxii+json', 'application/json', '*/*'];
}
