import type { RecordRow } from '../../../shared/records.ts';
import { TLP_MARKING_IDS, tlpLabel } from '../../../shared/tlp.ts';
import { hashesOf } from './summary-observables.ts';
import {
  type Fields,
  fieldsOf,
  joined,
  list,
  objects,
  own,
  property,
  quoted,
  scalar,
  text,
  utc,
  words,
} from './summary-read.ts';
import type { NameOf } from './summary-words.ts';

export interface SummaryProperty {
  label: string;
  value: string;
  mono: boolean;
}

type Kind = 'text' | 'words' | 'mono' | 'time';

/** What is worth reading beside the sentences, by property name whatever the type, in this order. */
const WORTH_READING: readonly (readonly [key: string, label: string, kind: Kind])[] = [
  ['abstract', 'Abstract', 'text'],
  ['content', 'Content', 'text'],
  ['explanation', 'Explanation', 'text'],
  ['objective', 'Objective', 'text'],
  ['pattern', 'Pattern', 'mono'],
  ['pattern_type', 'Pattern language', 'text'],
  ['aliases', 'Aliases', 'text'],
  ['goals', 'Goals', 'text'],
  ['roles', 'Roles', 'words'],
  ['sophistication', 'Sophistication', 'words'],
  ['resource_level', 'Resources', 'words'],
  ['primary_motivation', 'Motivation', 'words'],
  ['secondary_motivations', 'Further motivations', 'words'],
  ['capabilities', 'Capabilities', 'words'],
  ['implementation_languages', 'Written in', 'text'],
  ['operating_system_refs', 'Operating systems', 'mono'],
  ['sectors', 'Sectors', 'words'],
  ['contact_information', 'Contact', 'text'],
  ['result', 'Result', 'words'],
  ['result_name', 'Result name', 'text'],
  ['source_ref', 'Source', 'mono'],
  ['target_ref', 'Target', 'mono'],
  ['sighting_of_ref', 'Sighting of', 'mono'],
  ['object_ref', 'About', 'mono'],
  ['command_line', 'Command line', 'mono'],
  ['cwd', 'Working folder', 'mono'],
  ['mime_type', 'Media type', 'mono'],
  ['subject', 'Subject', 'text'],
  ['body', 'Body', 'text'],
  ['message_id', 'Message id', 'mono'],
  ['serial_number', 'Serial number', 'mono'],
  ['cpe', 'CPE', 'mono'],
  ['schema', 'Schema', 'mono'],
  ['labels', 'Labels', 'text'],
  ['first_seen', 'First seen', 'time'],
  ['last_seen', 'Last seen', 'time'],
  ['first_observed', 'First observed', 'time'],
  ['last_observed', 'Last observed', 'time'],
  ['valid_from', 'Valid from', 'time'],
  ['valid_until', 'Valid until', 'time'],
  ['published', 'Published', 'time'],
];

function confidenceWords(value: string): string {
  const n = Number(value);
  // STIX 2.1 appendix A: None / Low / Med / High.
  if (!(n >= 0 && n <= 100)) return quoted(value, 30);
  return `${value} of 100 (${n === 0 ? 'none' : n < 30 ? 'low' : n < 70 ? 'medium' : 'high'})`;
}

const many = (values: readonly string[], kind: Kind) =>
  values.map((value) => (kind === 'words' ? words(value) : kind === 'time' ? utc(value) : value)).join(', ');

function references(o: Fields): SummaryProperty[] {
  return objects(o, 'external_references')
    .slice(0, 50)
    .map((reference) => {
      const name = [text(reference, 'source_name'), text(reference, 'external_id')]
        .filter((part) => part !== '')
        .join(' ');
      const rest = [text(reference, 'url'), text(reference, 'description')]
        .filter((part) => part !== '')
        .join(' – ');
      return {
        label: 'Reference',
        value: property([name, rest].filter((part) => part !== '').join(': ')),
        mono: false,
      };
    });
}

/** Producers' own properties: scalars and lists of scalars whose name starts with `x_`. */
function custom(o: Fields): SummaryProperty[] {
  return Object.keys(o)
    .filter((key) => key.startsWith('x_'))
    .slice(0, 30)
    .flatMap((key) => {
      const value = list(o, key).join(', ');
      return value === '' ? [] : [{ label: quoted(key, 60), value: property(value), mono: true }];
    });
}

function extensions(o: Fields): SummaryProperty[] {
  const found = fieldsOf(own(o, 'extensions')) ?? {};
  return Object.keys(found)
    .slice(0, 20)
    .map((key) => {
      const inside = Object.entries(fieldsOf(found[key]) ?? {})
        .filter(([name, value]) => name !== 'extension_type' && scalar(value) !== '')
        .map(([name, value]) => `${name} ${scalar(value)}`);
      return {
        label: 'Extension',
        value: property([key, joined(inside)].filter((part) => part !== '').join(': ')),
        mono: true,
      };
    });
}

/**
 * Label and value pairs of any STIX object, the telling ones first. Values are plain text of any content; `mono` ones are ids,
 * hashes, code. `skipped` names properties the sentences already gave in full.
 */
export function propertiesOf(
  o: Fields,
  row: Pick<RecordRow, 'tlp'>,
  nameOf: NameOf,
  skipped: ReadonlySet<string>,
): SummaryProperty[] {
  const out: SummaryProperty[] = [];
  const add = (label: string, value: string, mono = false) => {
    if (value !== '') out.push({ label, value: property(value), mono });
  };
  if (!skipped.has('description')) add('Description', text(o, 'description'));
  for (const [key, label, kind] of WORTH_READING) {
    if (skipped.has(key)) continue;
    add(label, many(list(o, key), kind), kind === 'mono');
  }
  for (const { algorithm, value } of hashesOf(o)) add(quoted(algorithm, 40), value, true);
  for (const phase of objects(o, 'kill_chain_phases').slice(0, 30)) {
    add(
      'Kill chain',
      [words(text(phase, 'phase_name')), text(phase, 'kill_chain_name')]
        .filter((part) => part !== '')
        .join(' in '),
    );
  }
  out.push(...references(o), ...custom(o), ...extensions(o));
  if (row.tlp !== 'none') add('TLP', tlpLabel(row.tlp));
  for (const id of list(o, 'object_marking_refs')) {
    if (!Object.hasOwn(TLP_MARKING_IDS, id)) add('Marked with', nameOf(id) ?? id, nameOf(id) === null);
  }
  add('Confidence', text(o, 'confidence') === '' ? '' : confidenceWords(text(o, 'confidence')));
  add('Revoked', own(o, 'revoked') === true ? 'yes' : '');
  add('Language', text(o, 'lang'));
  add('Created', many(list(o, 'created'), 'time'));
  add('Modified', many(list(o, 'modified'), 'time'));
  const producer = text(o, 'created_by_ref');
  const producerName = producer === '' ? null : nameOf(producer);
  add('Created by', producerName ?? producer, producerName === null);
  add('Id', text(o, 'id'), true);
  add('STIX version', text(o, 'spec_version'));
  return out;
}

/** Label and value pairs of a manifest entry. */
export function manifestProperties(o: Fields): SummaryProperty[] {
  const out: SummaryProperty[] = [];
  const add = (label: string, value: string, mono = false) => {
    if (value !== '') out.push({ label, value: property(value), mono });
  };
  add('Id', text(o, 'id'), true);
  add('Added', text(o, 'date_added') && utc(text(o, 'date_added')));
  add('Version', text(o, 'version') && utc(text(o, 'version')));
  add('Versions', many(list(o, 'versions').slice(0, 200), 'time'));
  add('Media type', [...list(o, 'media_type'), ...list(o, 'media_types')].join(', '), true);
  return out;
}
