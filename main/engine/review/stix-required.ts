/** Required properties beside `type`, `id` and what {@link COMMON_21} says. STIX 2.1 sections 4 to 7. */
export const REQUIRED_21: Readonly<Record<string, readonly string[]>> = {
  'attack-pattern': ['name'],
  campaign: ['name'],
  'course-of-action': ['name'],
  grouping: ['context', 'object_refs'],
  identity: ['name'],
  incident: ['name'],
  indicator: ['pattern', 'pattern_type', 'valid_from'],
  infrastructure: ['name'],
  'intrusion-set': ['name'],
  location: [],
  malware: ['is_family'],
  'malware-analysis': ['product'],
  note: ['content', 'object_refs'],
  'observed-data': ['first_observed', 'last_observed', 'number_observed'],
  opinion: ['opinion', 'object_refs'],
  report: ['name', 'published', 'object_refs'],
  'threat-actor': ['name'],
  tool: ['name'],
  vulnerability: ['name'],
  relationship: ['relationship_type', 'source_ref', 'target_ref'],
  sighting: ['sighting_of_ref'],
  'language-content': ['object_ref', 'contents'],
  'extension-definition': ['name', 'schema', 'version', 'extension_types', 'created_by_ref'],
  'marking-definition': [],
  artifact: [],
  'autonomous-system': ['number'],
  directory: ['path'],
  'domain-name': ['value'],
  'email-addr': ['value'],
  'email-message': ['is_multipart'],
  file: [],
  'ipv4-addr': ['value'],
  'ipv6-addr': ['value'],
  'mac-addr': ['value'],
  mutex: ['name'],
  'network-traffic': ['protocols'],
  process: [],
  software: ['name'],
  url: ['value'],
  'user-account': [],
  'windows-registry-key': [],
  'x509-certificate': [],
};

/** Required properties of STIX 2.0, where they differ. Part 2 sections 2 and 3. */
export const REQUIRED_20: Readonly<Record<string, readonly string[]>> = {
  identity: ['name', 'identity_class'],
  indicator: ['labels', 'pattern', 'valid_from'],
  malware: ['labels', 'name'],
  'observed-data': ['first_observed', 'last_observed', 'number_observed', 'objects'],
  report: ['labels', 'name', 'published', 'object_refs'],
  'threat-actor': ['labels', 'name'],
  tool: ['labels', 'name'],
};

/** Cyber-observables: no creation or change dates. STIX 2.1 section 6. */
export const OBSERVABLES = new Set(
  'artifact autonomous-system directory domain-name email-addr email-message file ipv4-addr ipv6-addr mac-addr mutex network-traffic process software url user-account windows-registry-key x509-certificate'.split(
    ' ',
  ),
);

/** Properties that hold one timestamp. */
export const TIMESTAMPS = [
  'created',
  'modified',
  'valid_from',
  'valid_until',
  'first_seen',
  'last_seen',
  'first_observed',
  'last_observed',
  'published',
  'start_time',
  'stop_time',
  'analysis_started',
  'analysis_ended',
  'submitted',
];

/** Pairs of which the second may not be before the first; `strict` ones may not be equal either. */
export const ORDERED: readonly (readonly [earlier: string, later: string, strict: boolean])[] = [
  ['created', 'modified', false],
  ['valid_from', 'valid_until', true],
  ['first_seen', 'last_seen', false],
  ['first_observed', 'last_observed', false],
  ['start_time', 'stop_time', true],
];
