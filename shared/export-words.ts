import type { LeftOut } from './views/export.ts';

const WORDS: Readonly<Record<LeftOut, readonly [one: string, many: string]>> = {
  manifest: ['manifest entry', 'manifest entries'],
  cewl: ['CEWL row', 'CEWL rows'],
  event: ['ThreatQ event', 'ThreatQ events'],
  problem: ['record with problems', 'records with problems'],
  removed: ['record whose text was removed', 'records whose text was removed'],
};

/** Records that stay out of a file, in words that go after their number: `manifest entries`. */
export function leftOutWords(reason: LeftOut, records: number): string {
  return WORDS[reason][records === 1 ? 0 : 1];
}
