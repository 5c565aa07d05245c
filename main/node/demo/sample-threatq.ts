import type { SampleCollection } from './sample-stix.ts';
import { type Random, seededRandom } from './sample-stix-random.ts';
import {
  domain,
  ipv4,
  mailbox,
  malwareName,
  organisationName,
  productName,
  SECTORS,
} from './sample-stix-words.ts';
import { THREATQ_TYPES } from './threatq-server.ts';
import { threatqTime } from './threatq-shelf.ts';

/** An event of the stand-in with the time it was last updated, epoch ms. */
export interface SampleEvent {
  fields: Readonly<Record<string, unknown>>;
  updatedAt: number;
}

export interface SampleEventsOptions {
  events: number;
  /** Some attribute values are those of its indicators, so that the two lead to each other. */
  stix: readonly SampleCollection[];
  /** Epoch ms that the newest was updated at. */
  now: number;
  seed?: number;
}

const MINUTE_MS = 60_000;
const SOURCES = ['Desk casework', 'Sector exchange', 'Mail gateway', 'Partner briefings'];
const ACTIONS: Readonly<Record<string, (random: Random) => string>> = {
  Spearphish: (r) => `Lure from ${mailbox(r)} to ${organisationName(r)}`,
  'Watering Hole': (r) => `Script on ${domain(r)} leads visitors away`,
  'SQL Injection Attack': (r) => `Queries injected into a form of ${organisationName(r)}`,
  'DoS Attack': (r) => `Flood against ${organisationName(r)} from ${ipv4(r)}`,
  Malware: (r) => `${malwareName(r)} met at ${organisationName(r)}`,
  Watchlist: (r) => `${domain(r)} put on the watchlist`,
};

/** Events of every type, made up: nobody and nothing in them exists. The same seed gives the same events. */
export function generateEvents({ events, stix, now, seed = 20 }: SampleEventsOptions): SampleEvent[] {
  const random = seededRandom(seed);
  const values = valuesOf(stix);
  const types = Object.keys(THREATQ_TYPES).map(Number);
  return Array.from({ length: events }, (_, i): SampleEvent => {
    const typeId = types[i % types.length] ?? 1;
    // Some share a second, as after an import.
    const updatedAt = now - (events - i - (i % 5 === 0 ? 1 : 0)) * 7 * MINUTE_MS;
    return { updatedAt, fields: event(random, typeId, values, updatedAt) };
  });
}

function event(
  random: Random,
  typeId: number,
  values: Values,
  updatedAt: number,
): Readonly<Record<string, unknown>> {
  const type = THREATQ_TYPES[typeId] ?? '';
  const title = (ACTIONS[type] ?? ((r) => `${type} seen at ${organisationName(r)}`))(random);
  const happenedAt = updatedAt - random.int(1, 72) * 60 * MINUTE_MS;
  const attributes = [
    { name: 'Source IP', value: random.chance(0.6) ? pickOr(random, values.addresses, ipv4) : ipv4(random) },
    { name: 'Host', value: random.chance(0.6) ? pickOr(random, values.domains, domain) : domain(random) },
    { name: 'Sector', value: random.pick(SECTORS) },
    { name: 'Product', value: productName(random) },
    ...(values.cves.length > 0 && random.chance(0.3)
      ? [{ name: 'CVE', value: random.pick(values.cves) }]
      : []),
  ];
  return {
    type_id: typeId,
    title,
    description: `<p>${title}.</p><p>Reported by <b>${random.pick(SOURCES)}</b>; see <a href="https://wiki.example/case/${random.int(100, 999)}">the case</a>.</p>`,
    happened_at: threatqTime(happenedAt),
    hash: random.hex(32),
    attributes: random
      .some(attributes, random.int(1, attributes.length))
      .map((a, i) => ({ id: i + 1, ...a })),
    sources: random.some(SOURCES, random.int(1, 2)).map((name, i) => ({
      id: i + 1,
      name,
      tlp_id: random.pick([1, 2, 3, 3, 3, 4, 4, 4]),
      pivot: { id: random.int(1, 9999) },
    })),
  };
}

interface Values {
  addresses: string[];
  domains: string[];
  cves: string[];
}

/** What the sample's objects are about. */
function valuesOf(stix: readonly SampleCollection[]): Values {
  const found: Record<keyof Values, Set<string>> = {
    addresses: new Set(),
    domains: new Set(),
    cves: new Set(),
  };
  for (const { objects } of stix) {
    for (const { raw } of objects) {
      for (const [, address = ''] of raw.matchAll(/ipv4-addr:value = '([\d.]+)'/g))
        found.addresses.add(address);
      for (const [, host = ''] of raw.matchAll(/domain-name:value = '([^']+)'/g)) found.domains.add(host);
      for (const [cve] of raw.matchAll(/CVE-\d{4}-\d+/g)) found.cves.add(cve);
    }
  }
  return { addresses: [...found.addresses], domains: [...found.domains], cves: [...found.cves] };
}

function pickOr(random: Random, list: readonly string[], make: (random: Random) => string): string {
  return list.length > 0 ? random.pick(list) : make(random);
}
