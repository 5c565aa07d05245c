import type { RecordRow } from '../../../shared/records.ts';
import { type Tlp, tlpLabel } from '../../../shared/tlp.ts';
import { TLP_BY_ID } from '../sources/threatq/event-draft.ts';
import type { SummaryProperty } from './summary-properties.ts';
import {
  counted,
  type Fields,
  joined,
  lead,
  objects,
  property,
  quoted,
  sentence,
  text,
  utc,
} from './summary-read.ts';

const MOST_ATTRIBUTES = 200;

/** A ThreatQuotient event as a person would tell it: what, when, and who said so. Reference 6. */
export function readEvent(row: Pick<RecordRow, 'type' | 'id'>, o: Fields): string[] {
  const title = quoted(text(o, 'title'));
  const type = quoted(row.type, 100) || 'Event';
  const sources = objects(o, 'sources').map((source) => {
    const tlp = TLP_BY_ID[text(source, 'tlp_id')];
    return `${quoted(text(source, 'name'), 100)}${tlp === undefined ? '' : ` (${tlpLabel(tlp)})`}`;
  });
  const attributes = objects(o, 'attributes').length;
  return [
    sentence(
      `${type}${lead(': ', title)}`,
      lead('happened ', at(o, 'happened_at')),
      lead('last updated ', at(o, 'updated_at')),
    ),
    sentence(
      sources.length === 0 ? '' : `Reported by ${joined(sources.slice(0, 20))}`,
      attributes === 0 ? '' : `with ${counted(attributes, 'attribute')}`,
    ),
  ].filter((said) => said !== '');
}

/** Its attributes under their own names, then the rest. A description is the server's text, markup and all. */
export function eventProperties(row: Pick<RecordRow, 'id' | 'tlp'>, o: Fields): SummaryProperty[] {
  const attributes = objects(o, 'attributes')
    .slice(0, MOST_ATTRIBUTES)
    .map((attribute) => ({
      label: quoted(text(attribute, 'name'), 60) || 'Attribute',
      value: property(text(attribute, 'value')),
      mono: true,
    }));
  const rest: SummaryProperty[] = [
    { label: 'TLP', value: row.tlp === 'none' ? '' : tlpLabel(row.tlp as Tlp), mono: false },
    { label: 'Happened', value: at(o, 'happened_at'), mono: false },
    { label: 'Created', value: at(o, 'created_at'), mono: false },
    { label: 'Updated', value: at(o, 'updated_at'), mono: false },
    { label: 'Id', value: quoted(row.id, 100), mono: true },
    { label: 'Description', value: property(text(o, 'description')), mono: false },
  ];
  return [...attributes, ...rest].filter(({ value }) => value !== '');
}

/** ThreatQ's times have a space and no zone: UTC. */
function at(o: Fields, key: string): string {
  const said = text(o, key);
  const iso = said.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/, '$1T$2Z');
  return said === '' ? '' : utc(iso);
}
