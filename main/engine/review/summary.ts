import type { RecordKind, RecordRow } from '../../../shared/records.ts';
import type { RecordDetailView } from '../../../shared/views/record.ts';
import { cewlProperties, readCewl } from './summary-cewl.ts';
import { DOMAIN_READERS } from './summary-domain.ts';
import { eventProperties, readEvent } from './summary-event.ts';
import { LINK_READERS, readManifest } from './summary-links.ts';
import { OBSERVABLE_READERS, readContained } from './summary-observables.ts';
import { manifestProperties, propertiesOf } from './summary-properties.ts';
import { type Fields, fieldsOf, own, property, quoted, sentence, text } from './summary-read.ts';
import { type NameOf, typeWords } from './summary-words.ts';

export type Summary = RecordDetailView['summary'];

/** A longer description is a property of its own, below. */
const DESCRIPTION_MAX = 600;

const READERS = { ...DOMAIN_READERS, ...LINK_READERS, ...OBSERVABLE_READERS };

/**
 * A person's reading of a pulled record: sentences first, then what else is worth reading. `object` is the parsed server text,
 * whatever it is: nothing here throws. `nameOf` answers names of other objects where the store knows them. Times are UTC. Text
 * stays text; only marks that would reorder or hide what stands around them are written out as `⟨U+202E⟩`.
 */
export function summarise(
  kind: RecordKind,
  object: unknown,
  row: Pick<RecordRow, 'type' | 'tlp' | 'id' | 'received' | 'cells'>,
  nameOf: NameOf = () => null,
): Summary {
  const o = fieldsOf(object);
  if (o === null) {
    return {
      sentences: ['This record is not a JSON object, so there is nothing to read out.'],
      properties: [],
    };
  }
  if (kind === 'manifest') return { sentences: readManifest(o), properties: manifestProperties(o) };
  if (kind === 'event') return { sentences: readEvent(row, o), properties: eventProperties(row, o) };
  if (kind === 'cewl') return { sentences: readCewl(row, o), properties: cewlProperties(row, o) };
  const type = text(o, 'type') || row.type;
  const reader = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  const sentences = reader === undefined ? [unknownType(type, o)] : reader(o, nameOf);
  if (type === 'observed-data') sentences.push(...readContained(o, nameOf));
  const skipped = new Set<string>();
  for (const key of ['description', 'content', 'explanation']) {
    const said = text(o, key);
    if (said === '' || said.length > DESCRIPTION_MAX) continue;
    sentences.push(property(said).trim());
    skipped.add(key);
  }
  if (own(o, 'revoked') === true) sentences.push('Its producer has revoked it.');
  return {
    sentences: sentences.filter((said) => said !== ''),
    properties: propertiesOf(o, row, nameOf, skipped),
  };
}

function unknownType(type: string, o: Fields): string {
  const name = quoted(text(o, 'name') || text(o, 'value'));
  if (type === '') return sentence(`Object without a type${name === '' ? '' : `: ${name}`}`);
  return sentence(`Object of type ${quoted(typeWords(type), 100)}${name === '' ? '' : `: ${name}`}`);
}
