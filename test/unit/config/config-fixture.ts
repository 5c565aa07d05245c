import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type CollectorConfig, readCollectorConfig } from '../../../main/engine/config/collector-config.ts';
import { type Failure, SluiceError } from '../../../shared/errors.ts';

export const NOW = Date.UTC(2026, 0, 1);
export const URL_21 = 'https://feeds.example/taxii2/';

/** Reads a configuration given as text or as a value. */
export function read(value: unknown): CollectorConfig {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  try {
    const file = join(dir, 'config.yaml');
    writeFileSync(file, typeof value === 'string' ? value : stringify(value));
    return readCollectorConfig(file, NOW);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** What reading says it fails with. */
export function refusal(value: unknown): Failure {
  try {
    read(value);
  } catch (error) {
    if (error instanceof SluiceError) return error.failure;
    throw error;
  }
  throw new Error('The configuration was taken.');
}

/** An input with these keys at its service, beside the discovery URL. */
export const input = (service: Record<string, unknown>, own: Record<string, unknown> = {}) => ({
  inputs: { feed: { ...own, services: { objects_and_manifests: { discovery_url: URL_21, ...service } } } },
});

const SSL = { address: 'eu.example', chain: 'c.crt', cert: 'd.crt', key: 'd.key' };
/** An output over TLS with these keys besides. */
export const output = (config: Record<string, unknown>, own: Record<string, unknown> = {}) => ({
  outputs: { devo: { type: 'devo_platform', config: { ...SSL, ...config }, ...own } },
});
