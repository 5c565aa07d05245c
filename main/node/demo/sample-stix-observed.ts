import type { Actors } from './sample-stix-actors.ts';
import {
  createdAt,
  dayOf,
  daysAfter,
  domainObject,
  relationship,
  type SampleObject,
} from './sample-stix-object.ts';
import { everyObservable, observables } from './sample-stix-observables.ts';
import type { Random } from './sample-stix-random.ts';
import { hostLabel } from './sample-stix-words.ts';

/** The collection "Observed infrastructure": observables, who observed them, servers behind them and sample analyses. */
export function observedInfrastructure(random: Random, count: number, known: Actors): SampleObject[] {
  const out: SampleObject[] = [];
  const seen = new Set<string>();
  let group = everyObservable(random);
  while (out.length < count) {
    for (const object of group) {
      if (!seen.has(object.id)) out.push(object);
      seen.add(object.id);
    }
    const at = createdAt(random);
    const observed = domainObject(
      random,
      'observed-data',
      {
        first_observed: at,
        last_observed: daysAfter(at, random.int(0, 3)),
        number_observed: random.int(1, 400),
        object_refs: group.map((object) => object.id),
      },
      at,
    );
    out.push(observed);
    const file = group.find((object) => object.type === 'file');
    const address = group.find((object) => object.type === 'ipv4-addr');
    if (file !== undefined) {
      out.push(
        domainObject(random, 'malware-analysis', {
          product: 'demo-sandbox',
          version: '3.1',
          result: random.pick(['malicious', 'suspicious', 'benign', 'unknown']),
          result_name: `Demo.${random.hex(4)}`,
          analysis_started: at,
          analysis_ended: daysAfter(at, 0),
          sample_ref: file.id,
        }),
      );
    }
    if (address !== undefined && random.chance(0.5)) {
      const server = domainObject(random, 'infrastructure', {
        name: `${hostLabel(random)} server at ${String(address.value)}`,
        infrastructure_types: [
          random.pick(['command-and-control', 'hosting-malware', 'anonymization', 'amplification']),
        ],
        first_seen: dayOf(at),
      });
      out.push(server, relationship(random, server, 'consists-of', address));
      out.push(relationship(random, random.pick(known.malware), 'communicates-with', server));
    }
    group = observables(random);
  }
  return out;
}
