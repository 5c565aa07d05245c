import { actors } from './sample-stix-actors.ts';
import { indicators, vulnerabilities } from './sample-stix-indicators.ts';
import {
  PRODUCER,
  SCORE_EXTENSION,
  STATEMENT_MARKING,
  TLP1_MARKINGS,
  TLP2_MARKINGS,
} from './sample-stix-markings.ts';
import { daysAfter, type SampleObject, writeObject } from './sample-stix-object.ts';
import { observedInfrastructure } from './sample-stix-observed.ts';
import { oddObjects } from './sample-stix-odd.ts';
import { type Random, seededRandom } from './sample-stix-random.ts';
import { toStix20 } from './sample-stix-v20.ts';

export interface SampleCollection {
  /** A UUID, as TAXII asks. */
  id: string;
  title: string;
  description: string;
  /** In the order in which the server got them; `addedAt` has microseconds and never falls. */
  objects: { raw: string; addedAt: string }[];
}

export interface SampleOptions {
  seed?: number;
  /** About how many object versions over all collections; default 3,600. */
  objects?: number;
  /** STIX version of the texts; default 2.1. 2.0 leaves out what it has no word for, so it is somewhat smaller. */
  version?: '2.1' | '2.0';
}

interface Entry {
  object: SampleObject;
  raw: string | null;
}

const COLLECTIONS = [
  {
    id: '0f6c1d52-9d0a-4a57-8c39-5a3be7c8d101',
    title: 'Perimeter indicators',
    description: 'Addresses, domains, links and files to watch for at the edge.',
  },
  {
    id: '0f6c1d52-9d0a-4a57-8c39-5a3be7c8d102',
    title: 'Intrusion sets and campaigns',
    description: 'Who does what, with which tools, to whom.',
  },
  {
    id: '0f6c1d52-9d0a-4a57-8c39-5a3be7c8d103',
    title: 'Vulnerabilities',
    description: 'Flaws that are being used, and what helps against them.',
  },
  {
    id: '0f6c1d52-9d0a-4a57-8c39-5a3be7c8d104',
    title: 'Observed infrastructure',
    description: 'Observables from sensors and sandboxes with the servers behind them.',
  },
] as const;

/** Later versions of some objects and the withdrawal of others, in the order a server would get them. */
function laterVersions(random: Random, objects: readonly SampleObject[]): SampleObject[] {
  const out: SampleObject[] = [];
  for (const object of objects) {
    const { modified, type } = object;
    if (typeof modified !== 'string' || type === 'language-content' || type === 'extension-definition')
      continue;
    if (random.chance(0.035)) {
      const second = { ...object, modified: daysAfter(modified, random.int(2, 15)), confidence: 95 };
      out.push(second);
      if (random.chance(0.4)) {
        out.push({ ...second, modified: daysAfter(second.modified, 3), labels: ['reviewed'] });
      }
    } else if (random.chance(0.018)) {
      out.push({ ...object, modified: daysAfter(modified, random.int(2, 25)), revoked: true });
    }
  }
  return out;
}

/** Arrival times over the spring of 2026: batches a few hours apart, microseconds inside a batch, one batch all at one instant. */
function arrivals(random: Random, entries: readonly string[]): SampleCollection['objects'] {
  let at = Date.UTC(2026, 3, 1, 6);
  const step = Math.floor((70 * 86_400_000) / (entries.length / 20 + 1));
  let left = 0;
  let micro = 0;
  let same = false;
  let sameDone = false;
  return entries.map((raw, i) => {
    if (left === 0) {
      at += random.int(1, step);
      micro = 0;
      same = !sameDone && i > entries.length / 2;
      sameDone ||= same;
      left = same ? 64 : random.int(1, 40);
    }
    left -= 1;
    const stamp = new Date(at).toISOString();
    const digits = String(same ? 500 : micro++).padStart(3, '0');
    return { raw, addedAt: `${stamp.slice(0, 23)}${digits}Z` };
  });
}

/** The demo's feeds: the same options give the same text, byte for byte. */
export function generateSample(options: SampleOptions = {}): { collections: SampleCollection[] } {
  const { seed = 20_260_401, objects: total = 3600, version = '2.1' } = options;
  const random = seededRandom(seed);
  // Later versions and the fixed objects add about a tenth.
  const share = (part: number) => Math.max(1, Math.floor(total * part * 0.92));
  const known = actors(random, share(0.24));
  const odd = oddObjects(random);
  const parts = [
    indicators(random, share(0.26), known),
    known.objects,
    vulnerabilities(random, share(0.12), known),
    observedInfrastructure(random, share(0.38), known),
  ];
  const base = [PRODUCER, ...TLP1_MARKINGS, ...TLP2_MARKINGS, STATEMENT_MARKING];
  const byId = new Map<string, SampleObject>();
  for (const object of [...base, SCORE_EXTENSION, ...parts.flat(), ...odd.map((entry) => entry.object)])
    byId.set(object.id, object);

  const collections = COLLECTIONS.map((about, i) => {
    const own = parts[i] ?? [];
    const entries: Entry[] = [...base, ...(i === 1 ? [SCORE_EXTENSION] : []), ...own].map((object) => ({
      object,
      raw: null,
    }));
    if (i === 0) entries.push(...odd);
    entries.push(...laterVersions(random, own).map((object) => ({ object, raw: null })));
    const texts: string[] = [];
    for (const [n, entry] of entries.entries()) {
      const style = n % 7 === 3 ? 'spaced' : 'compact';
      if (version === '2.1') texts.push(entry.raw ?? writeObject(entry.object, style));
      else {
        const object = toStix20(entry.object, byId);
        if (object !== null) texts.push(writeObject(object, style));
      }
    }
    return { ...about, objects: arrivals(random, texts) };
  });
  return { collections };
}
