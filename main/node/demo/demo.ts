import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devoSyslogSettings, taxiiSettings } from '../../../shared/settings.ts';
import type { CollectorConfig } from '../../engine/config/collector-config.ts';
import { secretKey } from '../../engine/config/secrets.ts';
import { makeDevoCertificates, writeClientFiles } from './certificates.ts';
import { DEMO_CTCI_TOKEN, type DemoCewl, startDemoCewl } from './demo-cewl.ts';
import { type DemoLookups, startDemoLookups } from './demo-lookups.ts';
import { DEMO_THREATQ_PASSWORD, type DemoThreatq, startDemoThreatq } from './demo-threatq.ts';
import { DevoEndpoint } from './devo-endpoint.ts';
import { generateSample } from './sample-stix.ts';
import { FRESH_COLLECTION_ID, freshIndicator } from './sample-stix-fresh.ts';
import { startTaxiiServer, type TaxiiServer } from './taxii-server.ts';

export const DEMO_USERNAME = 'analyst';
/** Only ever accepted by the servers below, which listen on 127.0.0.1 and end with the demo. */
export const DEMO_PASSWORD = 'demo-only-password';

/**
 * Everything the demo needs and no account: local TAXII 2.1 and 2.0 servers, a local CTCI and ThreatQuotient, a local Devo endpoint and
 * Lookups API, a data directory that goes with it.
 */
export interface Demo {
  dataDir: string;
  config: CollectorConfig;
  devo: DevoEndpoint;
  lookups: DemoLookups;
  servers: { name: string; holds: string; url: string }[];
  /** The local ThreatQuotient, for tests that make it answer something else. */
  threatq: DemoThreatq;
  /** Adds a fresh indicator to each STIX server and changes the CEWL and the events, for the next pull to find. */
  publish(): void;
  close(): Promise<void>;
}

export interface DemoOptions {
  /** Seconds between scheduled pulls. */
  periodSeconds: number;
  /** About how many objects each server holds. */
  objects?: number;
}

/** Of so many objects about one is a row of the CEWL. */
const OBJECTS_A_ROW = 9;
/** The same for events. */
const OBJECTS_AN_EVENT = 12;
const USUAL_OBJECTS = 3_600;

/** Starts the demo's servers and writes its certificates. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-demo-'));
  const certificates = makeDevoCertificates();
  const files = writeClientFiles(certificates, join(dir, 'certs'));
  const devo = await DevoEndpoint.start({ certificates });
  const lookups = await startDemoLookups(devo, files);
  const versions = ['2.1', '2.0'] as const;
  const objects = options.objects ?? USUAL_OBJECTS;
  const samples = versions.map((version) => ({ version, ...generateSample({ version, objects }) }));
  const servers = await Promise.all(
    samples.map(({ version, collections }) =>
      startTaxiiServer({ version, collections, username: DEMO_USERNAME, password: DEMO_PASSWORD }),
    ),
  );
  const stix = samples[0]?.collections ?? [];
  const cewl = await startDemoCewl(Math.round(objects / OBJECTS_A_ROW), stix, options.periodSeconds);
  const threatq = await startDemoThreatq(Math.round(objects / OBJECTS_AN_EVENT), stix, options.periodSeconds);
  const named = servers.map((server, i) => ({
    name: `taxii_${versions[i] === '2.1' ? '21' : '20'}`,
    server,
    version: versions[i] ?? '2.1',
  }));
  let serial = 0;
  return {
    dataDir: join(dir, 'data'),
    config: configuration(dir, files, devo, lookups, named, cewl, threatq, options.periodSeconds),
    devo,
    lookups,
    threatq,
    servers: [
      ...named.map(({ name, server }) => ({ name, holds: 'sample STIX', url: server.url })),
      { name: cewl.source.name, holds: 'a sample CEWL', url: cewl.url },
      { name: threatq.source.name, holds: 'sample ThreatQ events', url: threatq.url },
    ],
    publish: () => {
      serial += 1;
      for (const { server, version } of named)
        server.publish(FRESH_COLLECTION_ID, freshIndicator(serial, Date.now(), version));
      cewl.publish();
      threatq.publish();
    },
    close: async () => {
      await Promise.all([
        devo.close(),
        lookups.close(),
        cewl.close(),
        threatq.close(),
        ...servers.map((server) => server.close()),
      ]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function configuration(
  dir: string,
  files: { chainFile: string; certFile: string; keyFile: string },
  devo: DevoEndpoint,
  lookups: DemoLookups,
  servers: readonly { name: string; server: TaxiiServer; version: '2.1' | '2.0' }[],
  cewl: DemoCewl,
  threatq: DemoThreatq,
  periodSeconds: number,
): CollectorConfig {
  return {
    file: join(dir, 'config.yaml'),
    baseDir: dir,
    collectorId: 'demo',
    collectorName: 'demo',
    sources: [
      ...servers.map(({ name, server, version }, i) =>
        taxiiSettings.parse({
          kind: 'taxii',
          name,
          id: String(12345 + i),
          discoveryUrl: server.url,
          taxiiVersion: version,
          auth: { method: 'basic', username: DEMO_USERNAME },
          periodSeconds,
          allVersions: true,
        }),
      ),
      cewl.source,
      threatq.source,
    ],
    destinations: [
      devoSyslogSettings.parse({
        kind: 'devo-syslog',
        name: 'devo_demo',
        address: 'localhost',
        port: devo.ports.syslog,
        ...files,
        maxTlp: 'amber+strict',
      }),
      ...lookups.destinations,
    ],
    secrets: new Map([
      ...servers.map(({ name }): [string, string] => [secretKey('source', name, 'password'), DEMO_PASSWORD]),
      [secretKey('source', cewl.source.name, 'token'), DEMO_CTCI_TOKEN],
      [secretKey('source', threatq.source.name, 'password'), DEMO_THREATQ_PASSWORD],
      ...lookups.secrets,
    ]),
    warnings: [],
  };
}
