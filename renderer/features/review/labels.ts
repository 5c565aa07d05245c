import type { Facet } from '../../../shared/records.ts';
import { TLP_LEVELS, tlpLabel } from '../../../shared/tlp.ts';
import { type Asked, type Chip, FACET_TITLES } from '../../state/filter.ts';
import { utc } from '../../ui/format.ts';

const WORDS: Readonly<Record<string, string>> = {
  staged: 'Staged',
  approved: 'Approved',
  held: 'Held',
  rejected: 'Rejected',
  none: 'Not queued',
  queued: 'Queued',
  handed_over: 'Handed over',
  failed: 'Failed',
  object: 'STIX object',
  manifest: 'Manifest entry',
  cewl: 'CEWL row',
  event: 'ThreatQ event',
  new: 'New',
  changed: 'Changed',
  gone: 'Gone',
};

/** What a person calls a facet's value. */
export function facetLabel(facet: Facet, value: string, label: string = value): string {
  if (facet === 'tlp') return tlpLabel(TLP_LEVELS.find((l) => l === value) ?? 'none');
  if (facet === 'decision' || facet === 'delivery' || facet === 'kind' || facet === 'change')
    return WORDS[value] ?? label;
  return label === '' ? value : label;
}

/** A filter chip in words. */
export function chipText(chip: Chip, filter: Asked): string {
  if (chip.kind === 'value') {
    const what = `${FACET_TITLES[chip.facet]}: ${facetLabel(chip.facet, chip.value)}`;
    return chip.how === 'out' ? `not ${what}` : what;
  }
  switch (chip.part) {
    case 'text':
      return `“${filter.text ?? ''}”`;
    case 'id':
      return `Id: ${(filter.id ?? []).join(', ')}`;
    case 'pullingId':
      return `Pull: ${filter.pullingId ?? ''}`;
    case 'problems':
      return filter.problems === true ? 'With problems' : 'Without problems';
    case 'receivedFrom':
      return `Received from ${utc(filter.receivedFrom ?? 0)} UTC`;
    case 'receivedTo':
      return `Received to ${utc(filter.receivedTo ?? 0)} UTC`;
    default:
      return chip.part;
  }
}
