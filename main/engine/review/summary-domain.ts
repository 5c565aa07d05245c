import { patternWords } from './summary-pattern.ts';
import {
  counted,
  type Fields,
  grouped,
  joined,
  lead,
  list,
  moment,
  objects,
  own,
  quoted,
  sentence,
  text,
  utc,
  validity,
  words,
} from './summary-read.ts';
import { capital, type NameOf, named, tally } from './summary-words.ts';

/** Answers the first sentences for one type. The description follows by itself. */
export type Reader = (object: Fields, nameOf: NameOf) => string[];

const name = (o: Fields, fallback = 'without a name') => quoted(text(o, 'name')) || fallback;
/** The name with the number the first reference gives it, e.g. a technique's. */
const numbered = (o: Fields) => {
  const [reference] = objects(o, 'external_references');
  const id = reference === undefined ? '' : quoted(text(reference, 'external_id'), 60);
  return id === '' || id === text(o, 'name') ? name(o) : `${name(o)} (${id})`;
};
const kinds = (o: Fields, key: string) => {
  const given = list(o, key);
  // STIX 2.0 had these lists in `labels`, where some producers only repeat the type.
  const types = given.length > 0 ? given : list(o, 'labels').filter((label) => label !== text(o, 'type'));
  return joined(types.map(words));
};
const aliases = (o: Fields) => {
  const others = list(o, 'aliases').filter((alias) => alias !== text(o, 'name'));
  return lead('also called ', joined(others.slice(0, 8).map((alias) => quoted(alias, 80))));
};
const seen = (o: Fields) => {
  const first = text(o, 'first_seen');
  const last = text(o, 'last_seen');
  if (first !== '' && last !== '') return `seen from ${utc(first)} to ${moment(last)}`;
  return lead('first seen ', first && utc(first)) || lead('last seen ', last && utc(last));
};
const motive = (o: Fields) => lead('motivated by ', words(text(o, 'primary_motivation')));
const phases = (o: Fields) => {
  const found = objects(o, 'kill_chain_phases').map((phase) => words(text(phase, 'phase_name')));
  return lead('used in ', joined(found.filter((phase) => phase !== '')));
};
const confidence = (o: Fields) => lead('confidence ', quoted(text(o, 'confidence'), 20));
const about = (o: Fields, nameOf: NameOf) => {
  const refs = list(o, 'object_refs');
  const [only] = refs;
  return refs.length === 1 && only !== undefined ? named(only, nameOf) : counted(refs.length, 'object');
};

const INDICATES: Readonly<Record<string, string>> = {
  benign: 'benign activity',
  compromised: 'compromise',
  unknown: 'unknown activity',
};

function indicator(o: Fields): string[] {
  const types = list(o, 'indicator_types');
  const what = (types.length > 0 ? types : list(o, 'labels')).map((type) =>
    Object.hasOwn(INDICATES, type) ? (INDICATES[type] ?? type) : words(type),
  );
  const pattern = text(o, 'pattern');
  const language = text(o, 'pattern_type') || 'stix';
  const read = language === 'stix' ? patternWords(pattern) : null;
  const found =
    read ??
    (pattern === ''
      ? 'no pattern'
      : language === 'stix'
        ? `pattern ${quoted(pattern)}`
        : `${name(o)}, a rule in ${language.toUpperCase()}`);
  const from = text(o, 'valid_from');
  const until = text(o, 'valid_until');
  return [sentence(`Indicator${lead(' of ', joined(what))}: ${found}`, validity(from, until), confidence(o))];
}

function observedData(o: Fields): string[] {
  const refs = list(o, 'object_refs');
  const times = text(o, 'number_observed');
  const first = text(o, 'first_observed');
  const last = text(o, 'last_observed');
  const when =
    first === ''
      ? ''
      : first === last || last === ''
        ? ` on ${utc(first)}`
        : ` between ${utc(first)} and ${moment(last)}`;
  const often =
    times === '' ? 'Observed' : `Observed ${times === '1' ? 'once' : `${grouped(quoted(times, 30))} times`}`;
  return [`${often}${when}${refs.length > 0 ? `: ${tally(refs)}` : ''}.`];
}

const OPINIONS: Readonly<Record<string, string>> = {
  'strongly-disagree': 'strongly disagrees with',
  disagree: 'disagrees with',
  neutral: 'is neutral about',
  agree: 'agrees with',
  'strongly-agree': 'strongly agrees with',
};

export const DOMAIN_READERS: Readonly<Record<string, Reader>> = {
  'attack-pattern': (o) => [sentence(`Attack pattern: ${numbered(o)}`, phases(o))],
  campaign: (o) => [
    sentence(`Campaign ${numbered(o)}`, aliases(o), seen(o), confidence(o)),
    sentence(lead('Objective: ', quoted(text(o, 'objective')))),
  ],
  'course-of-action': (o) => [sentence(`Course of action: ${numbered(o)}`)],
  grouping: (o) => [
    sentence(
      `Grouping ${name(o)} of ${counted(list(o, 'object_refs').length, 'object')}`,
      lead('in the context of ', words(text(o, 'context'))),
    ),
  ],
  identity: (o) => [
    sentence(
      capital(`${words(text(o, 'identity_class')) || 'identity'} ${name(o)}`),
      lead('in ', joined(list(o, 'sectors').map(words))),
    ),
  ],
  incident: (o) => [sentence(`Incident: ${name(o)}`, confidence(o))],
  indicator,
  infrastructure: (o) => [
    sentence(
      `Infrastructure ${name(o)}`,
      lead('used for ', kinds(o, 'infrastructure_types')),
      aliases(o),
      seen(o),
    ),
  ],
  'intrusion-set': (o) => [sentence(`Intrusion set ${numbered(o)}`, aliases(o), seen(o), motive(o))],
  location: (o) => {
    const [lat, lon] = [text(o, 'latitude'), text(o, 'longitude')];
    const place = [text(o, 'city'), text(o, 'administrative_area'), text(o, 'country')].map((part) =>
      quoted(part, 80),
    );
    return [
      sentence(
        `Location ${quoted(text(o, 'name')) || joined(place.filter((part) => part !== '')) || words(text(o, 'region')) || 'without a name'}`,
        lead('region ', words(text(o, 'region'))),
        lat === '' || lon === '' ? '' : `at latitude ${quoted(lat, 30)} and longitude ${quoted(lon, 30)}`,
      ),
    ];
  },
  malware: (o) => [
    sentence(
      `${own(o, 'is_family') === true ? 'Malware family' : own(o, 'is_family') === false ? 'Malware sample' : 'Malware'} ${numbered(o)}`,
      lead('of type ', kinds(o, 'malware_types')),
      aliases(o),
      seen(o),
    ),
  ],
  'malware-analysis': (o, nameOf) => {
    const product = [text(o, 'product'), text(o, 'version')].filter((part) => part !== '').join(' ');
    const sample = text(o, 'sample_ref');
    const result = text(o, 'result');
    const finds =
      result === ''
        ? 'gives no result'
        : `finds ${sample === '' ? 'the sample' : named(sample, nameOf)} ${words(result)}`;
    return [
      sentence(
        `Analysis by ${quoted(product) || 'an unnamed product'} ${finds}${lead(' (', quoted(text(o, 'result_name'), 120))}${text(o, 'result_name') === '' ? '' : ')'}`,
        lead('started ', text(o, 'analysis_started') && utc(text(o, 'analysis_started'))),
      ),
    ];
  },
  note: (o, nameOf) => [
    sentence(
      `Note on ${about(o, nameOf)}${lead(' by ', joined(list(o, 'authors').map((author) => quoted(author, 80))))}${lead(': ', quoted(text(o, 'abstract')))}`,
    ),
  ],
  'observed-data': observedData,
  opinion: (o, nameOf) => {
    const value = text(o, 'opinion');
    const verb = Object.hasOwn(OPINIONS, value) ? OPINIONS[value] : `says ${words(value) || 'nothing'} about`;
    const authors = joined(list(o, 'authors').map((author) => quoted(author, 80)));
    return [sentence(`${authors || 'The producer'} ${verb} ${about(o, nameOf)}`)];
  },
  report: (o) => {
    const refs = list(o, 'object_refs');
    return [
      sentence(
        `Report ${name(o)}`,
        lead('on ', kinds(o, 'report_types')),
        lead('published ', text(o, 'published') && utc(text(o, 'published'))),
      ),
      refs.length === 0 ? '' : `It holds ${tally(refs)}.`,
    ];
  },
  'threat-actor': (o) => [
    sentence(
      `Threat actor ${name(o)}`,
      lead('of type ', kinds(o, 'threat_actor_types')),
      aliases(o),
      seen(o),
      motive(o),
    ),
  ],
  tool: (o) => [
    sentence(
      `Tool ${numbered(o)}${lead(' ', quoted(text(o, 'tool_version'), 40))}`,
      lead('for ', kinds(o, 'tool_types')),
      aliases(o),
    ),
  ],
  vulnerability: (o) => [
    sentence(`Vulnerability ${name(o)}`, lead('labelled ', joined(list(o, 'labels').map(words)))),
  ],
};
