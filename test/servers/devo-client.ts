import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDestination, type DestinationOptions } from '../../main/engine/devo/create-destination.ts';
import type { Destination, OutboundRecord } from '../../main/engine/devo/destination.ts';
import type { Clock } from '../../main/engine/ports.ts';
import {
  type DevoCertificates,
  makeDevoCertificates,
  writeClientFiles,
} from '../../main/node/demo/certificates.ts';
import { type DestinationSettings, destinationSettings } from '../../shared/settings.ts';

export const testClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
};

/** A Devo domain's files in a temporary folder. */
export interface TestDomain {
  certificates: DevoCertificates;
  dir: string;
  files: { chainFile: string; certFile: string; keyFile: string };
  remove(): void;
}

export function makeDomain(certificates: DevoCertificates = makeDevoCertificates('acme')): TestDomain {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-devo-'));
  const files = writeClientFiles(certificates, dir, 'acme');
  return { certificates, dir, files, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

type Settings<K extends DestinationSettings['kind']> = Extract<DestinationSettings, { kind: K }>;

/** A destination with test settings filled in. */
export function testDestination<K extends DestinationSettings['kind']>(
  settings: Partial<Settings<K>> & { kind: K },
  options: Partial<DestinationOptions> = {},
): Destination {
  return createDestination({
    settings: destinationSettings.parse({ name: 'devo_1', ...settings }),
    secrets: async () => null,
    baseDir: '/',
    resolveProxy: null,
    sendPlan: (_source, kind) => ({ tag: `my.app.taxii.${kind}s`, obfuscation: [] }),
    hostname: 'testhost',
    clock: testClock,
    ...options,
  });
}

let nextKey = 1;
/** A record on its way out. */
export function outbound(raw: string | Buffer, over: Partial<OutboundRecord> = {}): OutboundRecord {
  return {
    key: nextKey++,
    source: 'feed',
    kind: 'object',
    type: 'indicator',
    pullingId: '1669727732252',
    received: Date.UTC(2026, 0, 5, 6, 7, 8, 9),
    tlp: 'none',
    revoked: false,
    raw: typeof raw === 'string' ? Buffer.from(raw, 'utf8') : raw,
    ...over,
  };
}
