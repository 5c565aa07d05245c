import { type DestinationSettings, destinationSettings } from '../../../shared/settings.ts';
import { type InternalSenders, internalSenders } from '../../../shared/settings-internal.ts';
import { present, type Raw } from './config-values.ts';
import { INTERNAL_SENDERS } from './read-internal-senders.ts';
import { LOOKUP, LOOKUP_API, LOOKUP_MESSAGES } from './read-lookup-output.ts';
import { OUTPUT_COMMON, OUTPUT_EVENTS, OUTPUT_HTTP, OUTPUT_SYSLOG, OUTPUT_TLS } from './read-output.ts';
import { type BlockWriter, membersOf } from './write-config.ts';
import { proxy } from './write-input.ts';

type Kind = DestinationSettings['kind'];

/** How each kind is written: the output's type, fixed members of its block, its keys, and what is always written. */
const KINDS: Readonly<
  Record<Kind, { type: string; fixed: Raw; keys: Readonly<Record<string, string>>; needed: Raw }>
> = {
  'devo-syslog': {
    type: 'devo_platform',
    fixed: { type: 'SSL' },
    keys: { ...OUTPUT_SYSLOG, ...OUTPUT_TLS, ...OUTPUT_COMMON, ...OUTPUT_EVENTS },
    needed: { address: 'x', chainFile: 'x', certFile: 'x', keyFile: 'x' },
  },
  'devo-relay': {
    type: 'devo_platform',
    fixed: { type: 'TCP' },
    keys: { ...OUTPUT_SYSLOG, ...OUTPUT_COMMON, ...OUTPUT_EVENTS },
    needed: { address: 'x', port: 1 },
  },
  'devo-http': {
    type: 'devo_http',
    fixed: {},
    keys: { ...OUTPUT_HTTP, ...OUTPUT_COMMON, ...OUTPUT_EVENTS },
    needed: { endpoint: 'https://x', domain: 'x' },
  },
  'devo-lookup': {
    type: 'devo_lookup',
    fixed: { mode: 'api' },
    keys: { ...LOOKUP, ...LOOKUP_API, ...OUTPUT_COMMON },
    needed: { baseUrl: 'https://x', domain: 'x' },
  },
  'devo-lookup-legacy': {
    type: 'devo_lookup',
    fixed: { mode: 'legacy' },
    keys: { ...LOOKUP, ...LOOKUP_MESSAGES, ...OUTPUT_TLS, ...OUTPUT_COMMON },
    needed: { address: 'x', chainFile: 'x', certFile: 'x', keyFile: 'x' },
  },
};
/** Keys that name a file. */
const FILES = ['chain', 'cert', 'key', 'ca_file'];
/** What Devo's own template has. Reference 4.1. */
const TEMPLATE: ReadonlySet<string> = new Set(['address', 'port', 'chain', 'cert', 'key']);

/** A destination as an entry of `outputs`. */
export function writeOutput(settings: DestinationSettings, write: BlockWriter): Raw {
  const { type, fixed, keys, needed } = KINDS[settings.kind];
  const defaults = destinationSettings.parse({ kind: settings.kind, name: 'x', ...needed });
  const always = new Set(Object.keys(keys).filter((key) => TEMPLATE.has(key) || (keys[key] ?? '') in needed));
  const members = membersOf(settings, defaults, keys, always);
  for (const key of FILES) if (typeof members[key] === 'string') members[key] = write.file(members[key]);
  if ('internalSenders' in settings && members.internal_senders !== undefined)
    members.internal_senders = writeInternalSenders(settings.internalSenders);
  delete members.proxy;
  const config = present({
    ...fixed,
    ...members,
    ...('proxy' in settings ? proxy(settings.proxy) : {}),
    token: write.secret('token'),
    key_passphrase: write.secret('keyPassphrase'),
  });
  if (type !== 'devo_platform')
    write.note(`outputs of type ${type} are Sluice's own; a collector sends by devo_platform.`);
  else write.own(Object.keys(members).filter((key) => !TEMPLATE.has(key)));
  return { type, ...(settings.enabled ? {} : { enabled: false }), config };
}

/** `enabled`, and what differs from its default. */
function writeInternalSenders(settings: InternalSenders): Raw {
  return membersOf(settings, internalSenders.parse({}), INTERNAL_SENDERS, new Set(['enabled']));
}
