import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** One stored STIX object: its text and what a server needs to know of it. */
export interface FixtureObject {
  text: string;
  id: string;
  type: string;
  version: string;
  /** Date added, RFC 3339. */
  added: string;
}

/** Where the real ATT&CK data lie: given, else beside the checkout. null when there are none. */
export function fixturePath(name: string): string | null {
  const path = new URL(`../../../shared/data/stix/${name}.ndjson.gz`, import.meta.url);
  return existsSync(path) ? path.pathname : null;
}

/** Reads `.ndjson.gz` or `.ndjson`, one object a line, in the file's order. Date added is modified, else created. */
export function readFixture(path: string): FixtureObject[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(fixtureObject);
}

export function fixtureObject(text: string): FixtureObject {
  const o = JSON.parse(text) as { id: string; type: string; modified?: string; created?: string };
  const version = o.modified ?? o.created ?? '2020-01-01T00:00:00.000Z';
  return { text, id: o.id, type: o.type, version, added: version };
}

/** Generated objects for machines without the real data: indicators and relationships, a second apart from 2024 on. */
export function generated(count: number, from = 0): FixtureObject[] {
  return Array.from({ length: count }, (_, n) => {
    const i = n + from;
    const tail = String(i).padStart(12, '0');
    const at = new Date(1_704_067_200_000 + i * 1000).toISOString();
    const common = `"spec_version":"2.1","created":"${at}","modified":"${at}"`;
    return fixtureObject(
      i % 3 === 2
        ? `{"type":"relationship","id":"relationship--00000000-0000-4000-8000-${tail}",${common},"relationship_type":"indicates","source_ref":"indicator--00000000-0000-4000-8000-${tail}","target_ref":"malware--00000000-0000-4000-8000-${tail}"}`
        : `{"type":"indicator","id":"indicator--00000000-0000-4000-8000-${tail}",${common},"name":"Indicator ${i}","pattern":"[domain-name:value = 'host${i}.example']","pattern_type":"stix","valid_from":"${at}"}`,
    );
  });
}
