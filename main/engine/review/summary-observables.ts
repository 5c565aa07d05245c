import type { Reader } from './summary-domain.ts';
import {
  counted,
  type Fields,
  fieldsOf,
  grouped,
  joined,
  lead,
  list,
  objects,
  objectsAmong,
  own,
  quoted,
  sentence,
  text,
  utc,
  validity,
  words,
} from './summary-read.ts';
import { capital, type NameOf, typeOfId, typeWords } from './summary-words.ts';

/** Strongest first: the one an analyst searches by. */
const HASH_ORDER = ['SHA-256', 'SHA-512', 'SHA3-256', 'SHA3-512', 'SHA-1', 'MD5', 'SSDEEP', 'TLSH'];

export function hashesOf(o: Fields): { algorithm: string; value: string }[] {
  const hashes = fieldsOf(own(o, 'hashes')) ?? {};
  const rank = (algorithm: string) =>
    (HASH_ORDER.indexOf(algorithm) + HASH_ORDER.length + 1) % (HASH_ORDER.length + 1);
  return Object.keys(hashes)
    .sort((a, b) => rank(a) - rank(b))
    .map((algorithm) => ({ algorithm, value: text(hashes, algorithm) }))
    .filter(({ value }) => value !== '');
}

const strongest = (o: Fields) => {
  const [hash] = hashesOf(o);
  return hash === undefined ? '' : `${quoted(hash.algorithm, 30)} ${quoted(hash.value, 140)}`;
};
const value = (o: Fields) => quoted(text(o, 'value')) || 'without a value';
/** The name of what a reference points to, or its type. In 2.0 references are numbers of the container: nothing to say. */
const refName = (o: Fields, key: string, nameOf: NameOf) => {
  const id = text(o, key);
  if (typeOfId(id) === '') return '';
  return quoted(nameOf(id) ?? '', 120) || `an ${typeWords(typeOfId(id))}`.replace(/^an (?=[^aeioI])/, 'a ');
};
const resolves = (o: Fields) => {
  const refs = list(o, 'resolves_to_refs');
  return refs.length === 0 ? '' : `resolves to ${counted(refs.length, 'object')}`;
};
const size = (o: Fields) =>
  lead('', grouped(text(o, 'size')) && `${grouped(quoted(text(o, 'size'), 30))} bytes`);

function traffic(o: Fields, nameOf: NameOf): string[] {
  const end = (side: 'src' | 'dst') => {
    const at = refName(o, `${side}_ref`, nameOf);
    const port = quoted(text(o, `${side}_port`), 20);
    return [at, lead('port ', port)].filter((part) => part !== '').join(' ');
  };
  const between = [lead('from ', end('src')), lead('to ', end('dst'))]
    .filter((part) => part !== '')
    .join(' ');
  return [
    sentence(
      [
        'Network traffic',
        lead('over ', joined(list(o, 'protocols').map((part) => quoted(part, 40)))),
        between,
      ]
        .filter((part) => part !== '')
        .join(' '),
      lead('started ', text(o, 'start') && utc(text(o, 'start'))),
      lead('ended ', text(o, 'end') && utc(text(o, 'end'))),
    ),
  ];
}

function certificate(o: Fields): string[] {
  const from = text(o, 'validity_not_before');
  const until = text(o, 'validity_not_after');
  return [
    sentence(
      `Certificate${lead(' for ', quoted(text(o, 'subject')))}`,
      lead('issued by ', quoted(text(o, 'issuer'))),
      own(o, 'is_self_signed') === true ? 'self-signed' : '',
      validity(from, until),
      text(o, 'subject') === ''
        ? lead('serial number ', quoted(text(o, 'serial_number'), 100)) || strongest(o)
        : '',
    ),
  ];
}

/** Cyber-observables. STIX 2.1 section 6. */
export const OBSERVABLE_READERS: Readonly<Record<string, Reader>> = {
  artifact: (o) => [
    sentence(
      `Artifact${lead(' of type ', quoted(text(o, 'mime_type'), 100))}`,
      text(o, 'payload_bin') !== ''
        ? `${grouped(Math.floor((text(o, 'payload_bin').length * 3) / 4))} bytes of payload`
        : lead('at ', quoted(text(o, 'url'))),
      strongest(o),
    ),
  ],
  'autonomous-system': (o) => [
    sentence(
      `Autonomous system AS${quoted(text(o, 'number'), 20)}`,
      quoted(text(o, 'name')),
      lead('registered with ', quoted(text(o, 'rir'), 40)),
    ),
  ],
  directory: (o) => [sentence(`Folder ${quoted(text(o, 'path')) || 'without a path'}`)],
  'domain-name': (o) => [sentence(`Domain ${value(o)}`, resolves(o))],
  'email-addr': (o) => [
    sentence(`Mail address ${value(o)}`, lead('shown as ', quoted(text(o, 'display_name')))),
  ],
  'email-message': (o, nameOf) => [
    sentence(
      `Mail${lead(' with subject “', quoted(text(o, 'subject')))}${text(o, 'subject') === '' ? '' : '”'}${lead(' from ', refName(o, 'from_ref', nameOf))}`,
      lead('sent ', text(o, 'date') && utc(text(o, 'date'))),
      list(o, 'to_refs').length > 0 ? `to ${counted(list(o, 'to_refs').length, 'recipient')}` : '',
    ),
  ],
  file: (o) => [sentence(`File${lead(' ', quoted(text(o, 'name')))}`, size(o), strongest(o))],
  'ipv4-addr': (o) => [sentence(`IPv4 address ${value(o)}`, resolves(o))],
  'ipv6-addr': (o) => [sentence(`IPv6 address ${value(o)}`, resolves(o))],
  'mac-addr': (o) => [sentence(`MAC address ${value(o)}`)],
  mutex: (o) => [sentence(`Mutex ${quoted(text(o, 'name')) || 'without a name'}`)],
  'network-traffic': traffic,
  process: (o) => [
    sentence(
      `Process${lead(' ', quoted(text(o, 'command_line') || text(o, 'name')))}`,
      lead('pid ', quoted(text(o, 'pid'), 20)),
      lead('started ', text(o, 'created_time') && utc(text(o, 'created_time'))),
    ),
  ],
  software: (o) => [
    sentence(
      `Software ${quoted(text(o, 'name')) || 'without a name'}${lead(' ', quoted(text(o, 'version'), 60))}`,
      lead('by ', quoted(text(o, 'vendor'))),
    ),
  ],
  url: (o) => [sentence(`URL ${value(o)}`)],
  'user-account': (o) => [
    sentence(
      `Account ${quoted(text(o, 'account_login') || text(o, 'user_id')) || 'without a name'}`,
      lead('shown as ', quoted(text(o, 'display_name'))),
      lead('of type ', words(text(o, 'account_type'))),
      ...(['is_privileged', 'is_service_account', 'is_disabled'] as const).map((key) =>
        own(o, key) === true ? words(key.replace('is_', '')) : '',
      ),
    ),
  ],
  'windows-registry-key': (o) => {
    const values = objects(o, 'values');
    const shown = values
      .slice(0, 3)
      .map(
        (entry) => `${quoted(text(entry, 'name'), 80) || '(default)'} = ${quoted(text(entry, 'data'), 120)}`,
      );
    if (values.length > shown.length) shown.push(`${values.length - shown.length} more`);
    return [
      sentence(`Registry key ${quoted(text(o, 'key')) || 'without a path'}`, lead('with ', joined(shown))),
    ];
  },
  'x509-certificate': certificate,
};

/** The numbered observables inside a STIX 2.0 observed-data, a sentence each. At most twelve. */
export function readContained(o: Fields, nameOf: NameOf): string[] {
  const inside = fieldsOf(own(o, 'objects'));
  if (inside === null) return [];
  const entries = objectsAmong(Object.values(inside));
  const said = entries.slice(0, 12).flatMap((entry) => {
    const type = text(entry, 'type');
    const reader = Object.hasOwn(OBSERVABLE_READERS, type) ? OBSERVABLE_READERS[type] : undefined;
    return reader === undefined
      ? [sentence(capital(typeWords(type) || 'an observable without a type'))]
      : reader(entry, nameOf);
  });
  if (entries.length > 12) said.push(`And ${counted(entries.length - 12, 'more observable')}.`);
  return said;
}
