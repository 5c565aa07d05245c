import { type CtciSettings, ctciSettings } from '../../../shared/settings-ctci.ts';
import { startCtciServer } from './ctci-server.ts';
import { generateCewl } from './sample-cewl.ts';
import type { SampleCollection } from './sample-stix.ts';

/** Only ever accepted by the demo's own server, which listens on 127.0.0.1 and ends with the demo. */
export const DEMO_CTCI_TOKEN = 'demo-only-ctci-token';

/** The demo's CVE Early Warning List. */
export interface DemoCewl {
  url: string;
  source: CtciSettings;
  /** Changes three rows, adds two and removes one. */
  publish(): void;
  close(): Promise<void>;
}

/** At least as many as make a list no sample. */
const FEWEST_ROWS = 60;

/** @param stix a part of the list's CVEs are those of its vulnerabilities, so that the two lead to each other */
export async function startDemoCewl(
  rows: number,
  stix: readonly SampleCollection[],
  periodSeconds: number,
): Promise<DemoCewl> {
  const found = stix.flatMap(({ objects }) => objects.map(({ raw }) => VULNERABILITY.exec(raw)?.[1] ?? ''));
  const cves = [...new Set(found.filter((cve) => cve !== ''))];
  const server = await startCtciServer({
    rows: generateCewl({ rows: Math.max(FEWEST_ROWS, rows), cves }),
    token: DEMO_CTCI_TOKEN,
  });
  return {
    url: server.url,
    source: ctciSettings.parse({
      kind: 'ctci',
      name: 'ctci',
      id: 'ctci1',
      baseUrl: server.url,
      periodSeconds,
    }),
    publish: () => void server.turn(),
    close: () => server.close(),
  };
}

/** The external id of a vulnerability's text. */
const VULNERABILITY = /"type":\s*"vulnerability"[\s\S]*"external_id":\s*"(CVE-\d{4}-\d+)"/;
