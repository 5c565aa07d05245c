type Keys = [key: string, value: unknown, arrives: Record<string, unknown>][];

/** Keys of an output of type devo_lookup that both modes have, with a value and where it must arrive. */
export const LOOKUP_KEYS: Keys = [
  ['lookup', 'CEWL_2', { lookup: 'CEWL_2' }],
  [
    'columns',
    ['cve', { name: 'year', type: 'int8', field: 'year_' }],
    {
      columns: [
        { name: 'cve', type: 'STRING', field: null },
        { name: 'year', type: 'INT8', field: 'year_' },
      ],
    },
  ],
  ['update', 'full', { update: 'full' }],
  ['max_tlp', 'green', { maxTlp: 'green' }],
  ['hostname', 'desk-1', { hostname: 'desk-1' }],
  ['batch_records', 1_000_000, { batchRecords: 1_000_000 }],
  ['max_attempts', 3, { maxAttempts: 3 }],
];

export const LOOKUP_API_KEYS: Keys = [
  ['base_url', 'https://api.eu.devo.com/lookup-api', { baseUrl: 'https://api.eu.devo.com/lookup-api' }],
  ['domain', 'acme@self', { domain: 'acme@self' }],
  ['proxy', 'none', { proxy: { mode: 'none' } }],
  ['proxy', 'http://p.example:1', { proxy: { mode: 'manual', url: 'http://p.example:1' } }],
  ['ca_file', 'ca.pem', { caFile: 'ca.pem' }],
  ['job_timeout_in_seconds', 60, { jobTimeoutSeconds: 60 }],
  ['job_poll_in_seconds', 0.5, { jobPollSeconds: 0.5 }],
];

export const LOOKUP_MESSAGE_KEYS: Keys = [
  ['address', 'us.example', { address: 'us.example' }],
  ['port', 6514, { port: 6514 }],
  ['chain', 'x.crt', { chainFile: 'x.crt' }],
  ['cert', 'x.crt', { certFile: 'x.crt' }],
  ['key', 'x.key', { keyFile: 'x.key' }],
  ['sec_level', 1, { secLevel: 1 }],
  ['pause_in_seconds', 0, { pauseSeconds: 0 }],
  ['cells', 'sdk', { cells: 'sdk' }],
];
