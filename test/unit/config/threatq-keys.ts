import { expect } from 'vitest';

type Keys = [key: string, value: unknown, arrives: Record<string, unknown>][];

const MAP = { Spearphish: 'my.app.tq.phish', default: 'my.app.tq.other' };

/** Keys of a ThreatQuotient input, with a value and where it must arrive. */
export const THREATQ_INPUT_KEYS: Keys = [
  ['id', 111, { id: '111' }],
  ['enabled', false, { enabled: false }],
  ['requests_per_second', 2, { requestsPerSecond: 2 }],
  ['request_period_in_seconds', 5, { periodSeconds: 5 }],
  ['api_base_url', 'https://10.0.0.1:8443', { apiBaseUrl: 'https://10.0.0.1:8443' }],
  ['verify_host_ssl_cert', false, { verifyHostSslCert: false }],
  ['event_fetch_limit_in_items', 50, { eventFetchLimitInItems: 50 }],
  ['devo_tag_map', MAP, { devoTagMap: MAP }],
  ['reset_persistence_auth', 'again', { resetPersistenceAuth: 'again' }],
  ['historical_poll_datetime', '2025-11-15T14:32:33Z', { historicalPollDatetime: '2025-11-15T14:32:33Z' }],
  ['historical_poll_datetime', '2025-11-15 14:32:33', { historicalPollDatetime: '2025-11-15 14:32:33' }],
  ['auto_forward', true, { autoForward: true }],
  ['client_id', 'abcdefgh12345678', { clientId: 'abcdefgh12345678' }],
  ['flatten', 'sources', { flatten: 'sources' }],
  ['flatten', 'attributes', { flatten: 'attributes' }],
  ['max_page_bytes', 2_000_000, { maxPageBytes: 2_000_000 }],
  ['connect_timeout_in_seconds', 3, { connectTimeoutSeconds: 3 }],
  ['idle_timeout_in_seconds', 4, { idleTimeoutSeconds: 4 }],
  ['total_timeout_in_seconds', 5, { totalTimeoutSeconds: 5 }],
  ['max_attempts', 2, { maxAttempts: 2 }],
  ['obfuscation', [{ name: 'a.b', value: '***' }], { obfuscation: [{ name: 'a.b', value: '***' }] }],
  ['ca_file', 'ca.pem', { tls: expect.objectContaining({ caFile: 'ca.pem' }) }],
  ['client_cert', 'c.pem', { tls: expect.objectContaining({ certFile: 'c.pem' }) }],
  ['client_key', 'k.pem', { tls: expect.objectContaining({ keyFile: 'k.pem' }) }],
  ['client_pfx', 'p.p12', { tls: expect.objectContaining({ pfxFile: 'p.p12' }) }],
  ['proxy', 'none', { proxy: { mode: 'none' } }],
];
