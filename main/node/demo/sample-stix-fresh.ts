import { domainObject, writeObject } from './sample-stix-object.ts';
import { seededRandom } from './sample-stix-random.ts';
import { toStix20 } from './sample-stix-v20.ts';
import { domain } from './sample-stix-words.ts';

/** The collection that fresh indicators belong in. */
export const FRESH_COLLECTION_ID = '0f6c1d52-9d0a-4a57-8c39-5a3be7c8d101';

/**
 * The text of an indicator that was not in the sample, for publishing on a running demo server: what a second pull finds. The
 * same serial and instant (epoch ms) give the same text.
 */
export function freshIndicator(serial: number, at: number, version: '2.1' | '2.0' = '2.1'): string {
  const random = seededRandom(0x5eed + serial);
  const host = domain(random);
  const created = new Date(at).toISOString();
  const object = {
    ...domainObject(
      random,
      'indicator',
      {
        name: `Fresh lookalike ${host}`,
        description: 'Reported while the demo was running.',
        indicator_types: ['malicious-activity'],
        pattern: `[domain-name:value = '${host}']`,
        pattern_type: 'stix',
        valid_from: created,
      },
      created,
    ),
    modified: created,
  };
  if (version === '2.1') return writeObject(object);
  const old = toStix20(object, new Map([[object.id, object]]));
  return writeObject(old ?? object);
}
