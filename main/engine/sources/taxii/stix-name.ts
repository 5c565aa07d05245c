/** What a person would call a STIX object, from its own properties. STIX 2.1 sections 4–7; empty when there is nothing to go by. */

export type StixObject = { readonly [key: string]: unknown };
type Title = (o: StixObject) => string;

const MAX_NAME = 300;

const titles = new Map<string, Title>([
  ['relationship', (o) => arrow(text(o.source_ref), text(o.relationship_type), text(o.target_ref))],
  ['sighting', (o) => joined('sighting of', text(o.sighting_of_ref))],
  ['indicator', (o) => text(o.pattern)],
  ['note', (o) => text(o.abstract) || text(o.content)],
  ['opinion', (o) => joined('opinion:', text(o.opinion))],
  ['observed-data', (o) => observed(o)],
  ['marking-definition', (o) => marking(o)],
  ['language-content', (o) => joined('translation of', text(o.object_ref))],
  ['bundle', (o) => text(o.id)],
  ['artifact', (o) => text(o.url) || text(o.mime_type) || hash(o)],
  ['autonomous-system', (o) => (typeof o.number === 'number' ? `AS${o.number}` : '')],
  ['directory', (o) => text(o.path)],
  ['email-message', (o) => text(o.subject) || text(o.message_id)],
  ['email-addr', (o) => text(o.value) || text(o.display_name)],
  ['file', (o) => hash(o)],
  ['network-traffic', (o) => traffic(o)],
  ['process', (o) => text(o.command_line) || (typeof o.pid === 'number' ? `process ${o.pid}` : '')],
  ['user-account', (o) => text(o.account_login) || text(o.display_name) || text(o.user_id)],
  ['windows-registry-key', (o) => text(o.key)],
  ['x509-certificate', (o) => text(o.subject) || text(o.serial_number) || hash(o)],
]);

/** At most 300 characters, on one line. */
export function stixName(type: string, object: StixObject): string {
  const name =
    text(object.name) || (titles.get(type)?.(object) ?? '') || text(object.value) || text(object.title);
  return name.length > MAX_NAME || name.includes('\n') || name.includes('\r') ? oneLine(name) : name;
}

function oneLine(name: string): string {
  const line = name
    .slice(0, MAX_NAME * 4)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > MAX_NAME ? `${line.slice(0, MAX_NAME - 1)}…` : line;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function joined(lead: string, rest: string): string {
  return rest === '' ? '' : `${lead} ${rest}`;
}

function arrow(source: string, verb: string, target: string): string {
  return source === '' && target === '' ? verb : `${source || '?'} ${verb || 'related-to'} ${target || '?'}`;
}

function marking(o: StixObject): string {
  const definition = o.definition;
  if (typeof definition === 'object' && definition !== null) {
    const { tlp, statement } = definition as StixObject;
    if (typeof tlp === 'string') return `TLP:${tlp.toUpperCase()}`;
    if (typeof statement === 'string') return statement;
  }
  return text(o.definition_type);
}

function observed(o: StixObject): string {
  const refs = o.object_refs;
  if (Array.isArray(refs)) return `${refs.length} observed object${refs.length === 1 ? '' : 's'}`;
  const objects = o.objects;
  if (typeof objects !== 'object' || objects === null) return '';
  // STIX 2.0 nests what was observed.
  const first: unknown = Object.values(objects)[0];
  if (typeof first !== 'object' || first === null) return '';
  const inner = first as StixObject;
  return stixName(text(inner.type), inner) || text(inner.type);
}

function hash(o: StixObject): string {
  const hashes = o.hashes;
  if (typeof hashes !== 'object' || hashes === null) return '';
  const entry = Object.entries(hashes).find(([, v]) => typeof v === 'string');
  return entry === undefined ? '' : `${entry[0]}: ${String(entry[1])}`;
}

function traffic(o: StixObject): string {
  const protocols = Array.isArray(o.protocols)
    ? o.protocols.filter((p) => typeof p === 'string').join('/')
    : '';
  const port = typeof o.dst_port === 'number' ? ` to port ${o.dst_port}` : '';
  return `${protocols || 'traffic'}${port}`;
}
