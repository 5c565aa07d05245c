import { TLP_LEVELS, type Tlp } from '../../../shared/tlp.ts';
import type { Reader } from './summary-domain.ts';
import {
  type Fields,
  fieldsOf,
  grouped,
  joined,
  lead,
  list,
  moment,
  own,
  quoted,
  sentence,
  text,
  utc,
  words,
} from './summary-read.ts';
import { capital, named, typeOfId, typeWords, withArticle } from './summary-words.ts';

/** Who may see what, in short. FIRST TLP 2.0. */
const TLP_MEANS: Readonly<Record<Exclude<Tlp, 'none'>, string>> = {
  clear: 'may be shared without limit',
  green: 'may be shared within the community',
  amber: 'may be shared within the organisation and with its clients, as far as they need to know',
  'amber+strict': 'may be shared within the organisation only, as far as they need to know',
  red: 'is for the named recipients only',
};

/** The level a marking-definition stands for, by TLP 1 (`definition.tlp`) or TLP 2.0 (the OASIS extension); null when it is another marking. */
export function markingLevel(o: Fields): Tlp | null {
  const definition = fieldsOf(own(o, 'definition'));
  const first = definition === null ? '' : text(definition, 'tlp');
  const extensions = Object.values(fieldsOf(own(o, 'extensions')) ?? {});
  const second = extensions
    .map((value) => text(fieldsOf(value) ?? {}, 'tlp_2_0'))
    .find((value) => value !== '');
  const level = (second ?? first).toLowerCase();
  if (level === 'white') return 'clear';
  return TLP_LEVELS.find((known) => known === level && known !== 'none') ?? null;
}

function marking(o: Fields): string[] {
  const level = markingLevel(o);
  if (level !== null && level !== 'none')
    return [`Marking TLP:${level.toUpperCase()}: what carries it ${TLP_MEANS[level]}.`];
  const statement = text(fieldsOf(own(o, 'definition')) ?? {}, 'statement');
  if (statement !== '') return [sentence(`Statement marking: ${quoted(statement, 600)}`)];
  return [
    sentence(
      `Marking ${quoted(text(o, 'name')) || words(text(o, 'definition_type')) || 'without a definition'}`,
    ),
  ];
}

const span = (first: string, last: string) => {
  if (first === '' && last === '') return '';
  if (first === '') return ` until ${utc(last)}`;
  if (last === '' || last === first) return ` from ${utc(first)}`;
  return ` from ${utc(first)} to ${moment(last)}`;
};

/** Relationship objects and meta objects. STIX 2.1 sections 5 and 7. */
export const LINK_READERS: Readonly<Record<string, Reader>> = {
  relationship: (o, nameOf) => {
    const [source, target] = [text(o, 'source_ref'), text(o, 'target_ref')];
    const from = source === '' ? 'an object that is not named' : named(source, nameOf);
    const to = target === '' ? 'an object that is not named' : named(target, nameOf);
    const verb = words(text(o, 'relationship_type')) || 'relates to';
    return [sentence(`${capital(from)} ${verb} ${to}${span(text(o, 'start_time'), text(o, 'stop_time'))}`)];
  },
  sighting: (o, nameOf) => {
    const of = text(o, 'sighting_of_ref');
    const count = text(o, 'count');
    const often =
      count === ''
        ? ''
        : count === '1'
          ? ' once'
          : count === '0'
            ? ' not at all'
            : ` ${grouped(quoted(count, 30))} times`;
    const where = list(o, 'where_sighted_refs')
      .slice(0, 6)
      .map((id) => named(id, nameOf));
    return [
      sentence(
        `${of === '' ? 'Something' : capital(named(of, nameOf))} was sighted${often}${span(text(o, 'first_seen'), text(o, 'last_seen'))}${lead(' by ', joined(where))}`,
      ),
      own(o, 'summary') === true ? 'This sums up several sightings.' : '',
    ];
  },
  'marking-definition': marking,
  'language-content': (o, nameOf) => {
    const ref = text(o, 'object_ref');
    const languages = Object.keys(fieldsOf(own(o, 'contents')) ?? {}).map((tag) => quoted(tag, 20));
    return [
      sentence(
        `Texts in ${joined(languages) || 'no language'} for ${ref === '' ? 'an object' : named(ref, nameOf)}`,
      ),
    ];
  },
  'extension-definition': (o) => [
    sentence(
      `Extension ${quoted(text(o, 'name')) || 'without a name'}${lead(' ', quoted(text(o, 'version'), 40))}`,
      lead('of kind ', joined(list(o, 'extension_types').map(words))),
    ),
  ],
};

/** A manifest entry: TAXII 2.1 section 5.3 has one version a row, TAXII 2.0 section 5.6 a list. */
export function readManifest(o: Fields): string[] {
  const id = text(o, 'id');
  const type = typeOfId(id);
  const what = type === '' ? 'an object without a readable id' : withArticle(typeWords(type));
  const versions = list(o, 'versions');
  const version = text(o, 'version');
  const newest = [...versions].sort().at(-1) ?? '';
  const which =
    version !== ''
      ? `version ${utc(version)}`
      : versions.length === 1
        ? `version ${utc(newest)}`
        : lead(`${versions.length} versions, the newest `, newest && utc(newest));
  return [
    sentence(
      `Manifest entry for ${what}`,
      which,
      lead('added to the collection ', text(o, 'date_added') && utc(text(o, 'date_added'))),
    ),
  ];
}
