import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import {
  type DevoCertificates,
  makeDevoCertificates,
  writeClientFiles,
} from '../../../main/node/demo/certificates.ts';

export const USERNAME = 'analyst';
/** Looked for in everything that is written down: nothing else may hold these words. */
export const PASSWORD = 'Pw-9f2c!never-to-be-seen';
export const TOKEN = 'Tk-77ab!never-to-be-seen';

/** A folder with certificates, configurations and data directories; gone when closed. */
export interface Lab {
  dir: string;
  data: string;
  certificates: DevoCertificates;
  files: { chainFile: string; certFile: string; keyFile: string };
  /** Writes a config.yaml under this name; answers its path. */
  config(value: unknown, name?: string): string;
  close(): void;
}

export function openLab(): Lab {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-lab-'));
  const certificates = makeDevoCertificates();
  const files = writeClientFiles(certificates, join(dir, 'certs'));
  return {
    dir,
    data: join(dir, 'data'),
    certificates,
    files,
    config: (value, name = 'config.yaml') => {
      const path = join(dir, name);
      writeFileSync(path, typeof value === 'string' ? value : stringify(value));
      return path;
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** A `devo_platform` output at this port, with the lab's certificates relative to the configuration. */
export function devoOutput(port: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: 'devo_platform',
    config: {
      address: 'localhost',
      port,
      type: 'SSL',
      chain: 'certs/chain.crt',
      cert: 'certs/demo.crt',
      key: 'certs/demo.key',
      ...more,
    },
  };
}

/** A TAXII input as the collectors write it. */
export function taxiiInput(url: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 12345,
    enabled: true,
    credentials: { username: USERNAME, password: PASSWORD },
    services: { objects_and_manifests: { discovery_url: url, request_period_in_seconds: 3600, ...more } },
  };
}
