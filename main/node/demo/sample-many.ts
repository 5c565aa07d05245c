import { seededRandom } from './sample-stix-random.ts';

/**
 * Streams `n` small indicators (about 420 bytes each) for benches: constant memory, all ids different, the same for the
 * same seed. `addedAt` grows by 100 microseconds an object.
 */
export function* generateMany(n: number, seed = 1): Generator<{ raw: string; addedAt: string }> {
  const random = seededRandom(seed);
  const prefix = random.hex(8);
  const start = Date.UTC(2026, 0, 1);
  let millisecond = -1;
  let stamp = '';
  for (let i = 0; i < n; i++) {
    const now = Math.floor(i / 10);
    if (now !== millisecond) {
      millisecond = now;
      stamp = new Date(start + now).toISOString().slice(0, 23);
    }
    const serial = i.toString(16).padStart(12, '0');
    const host = `203.0.113.${i % 254}`;
    yield {
      raw: `{"type":"indicator","spec_version":"2.1","id":"indicator--${prefix}-0000-4000-8000-${serial}","created":"${stamp}Z","modified":"${stamp}Z","name":"Host ${host} number ${i}","indicator_types":["malicious-activity"],"pattern":"[ipv4-addr:value = '${host}']","pattern_type":"stix","valid_from":"${stamp}Z","object_marking_refs":["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"]}`,
      addedAt: `${stamp}${(i % 10) * 100 || '000'}Z`,
    };
  }
}
