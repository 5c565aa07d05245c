import { expect } from 'vitest';

/** Keys of a CTCI input: a value, and where it must arrive. */
export const CTCI_INPUT_KEYS: [key: string, value: unknown, arrives: Record<string, unknown>][] = [
  ['id', 7, { id: '7' }],
  ['enabled', false, { enabled: false }],
  ['base_url', 'https://test-api.ctci.ai', { baseUrl: 'https://test-api.ctci.ai' }],
  ['path', '/cve/cewl_download', { path: '/cve/cewl_download' }],
  ['auth', 'bearer', { auth: 'bearer' }],
  ['partitions', ['year=2024', 'year=2025'], { partitions: ['year=2024', 'year=2025'] }],
  ['concurrency', 4, { concurrency: 4 }],
  ['max_bytes', 2_000_000, { maxBytes: 2_000_000 }],
  ['request_period_in_seconds', 600, { periodSeconds: 600 }],
  ['requests_per_second', 0.5, { requestsPerSecond: 0.5 }],
  ['auto_forward', true, { autoForward: true }],
  ['connect_timeout_in_seconds', 3, { connectTimeoutSeconds: 3 }],
  ['idle_timeout_in_seconds', 4, { idleTimeoutSeconds: 4 }],
  ['total_timeout_in_seconds', 5, { totalTimeoutSeconds: 5 }],
  ['max_attempts', 2, { maxAttempts: 2 }],
  ['obfuscation', [{ name: 'vendor', value: '***' }], { obfuscation: [{ name: 'vendor', value: '***' }] }],
  ['obfuscation_data', [{ name: 'a', value: 0 }], { obfuscation: [{ name: 'a', value: 0 }] }],
  ['ca_file', 'ca.pem', { tls: expect.objectContaining({ caFile: 'ca.pem' }) }],
  ['client_cert', 'c.pem', { tls: expect.objectContaining({ certFile: 'c.pem' }) }],
  ['client_key', 'k.pem', { tls: expect.objectContaining({ keyFile: 'k.pem' }) }],
  ['client_pfx', 'p.p12', { tls: expect.objectContaining({ pfxFile: 'p.p12' }) }],
  ['proxy', 'none', { proxy: { mode: 'none' } }],
];
