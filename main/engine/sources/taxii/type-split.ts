import type { FeedWork } from './feed-work.ts';

/** Types of STIX 2.1 (sections 4–7) and 2.0. */
const STIX_TYPES = [
  'attack-pattern',
  'campaign',
  'course-of-action',
  'grouping',
  'identity',
  'incident',
  'indicator',
  'infrastructure',
  'intrusion-set',
  'location',
  'malware',
  'malware-analysis',
  'note',
  'observed-data',
  'opinion',
  'report',
  'threat-actor',
  'tool',
  'vulnerability',
  'relationship',
  'sighting',
  'artifact',
  'autonomous-system',
  'directory',
  'domain-name',
  'email-addr',
  'email-message',
  'file',
  'ipv4-addr',
  'ipv6-addr',
  'mac-addr',
  'mutex',
  'network-traffic',
  'process',
  'software',
  'url',
  'user-account',
  'windows-registry-key',
  'x509-certificate',
  'language-content',
  'marking-definition',
  'extension-definition',
];

/** What to ask one at a time with `match[type]`: the types asked for, or all of STIX and those met that are not of it. */
export function typesToSplitBy(work: FeedWork): readonly string[] {
  return work.settings.types ?? [...new Set([...STIX_TYPES, ...work.typesMet])];
}
