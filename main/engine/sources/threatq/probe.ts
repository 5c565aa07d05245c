import { failureLine, toFailure } from '../../../../shared/errors.ts';
import type { ThreatqSettings } from '../../../../shared/settings-threatq.ts';
import type { Clock } from '../../ports.ts';
import { fromMs } from '../instant.ts';
import type { ProbeReport } from '../source.ts';
import { createEventQuery } from './event-query.ts';
import type { ThreatqClient } from './threatq-client.ts';

const PROBE_BYTES = 20_000_000;
const DAY_MS = 86_400_000;

export interface ProbeInput {
  settings: ThreatqSettings;
  clock: Clock;
  signal: AbortSignal;
  connect: () => Promise<ThreatqClient>;
}

/** What `check`, Test connection and the form show: settings, login, and one small page of events. Never throws but for an abort. */
export async function probeEvents({ settings, clock, signal, connect }: ProbeInput): Promise<ProbeReport> {
  const report: ProbeReport = {
    ok: false,
    failure: null,
    line: '',
    version: null,
    serverTitle: null,
    roots: [],
    collections: [],
  };
  try {
    const client = await connect();
    await client.logIn();
    const query = createEventQuery(client, PROBE_BYTES, null);
    const from = fromMs(clock.now() - DAY_MS);
    const page = await query.page({ from, offset: 0, limit: 2 });
    report.ok = true;
    const apiRoot = `${settings.apiBaseUrl}/`;
    report.collections.push({
      apiRoot,
      id: 'events',
      title: 'ThreatQ events',
      description: '',
      canRead: true,
      size: page.total,
    });
    const how = query.dialect === 'list' ? ', which gives the whole list and no query' : '';
    const unverified = settings.verifyHostSslCert ? '' : '; its certificate is NOT checked';
    report.line = `${settings.name}: logged in as ${settings.username}, events can be read${how}${unverified}`;
  } catch (error) {
    if (signal.aborted) throw error;
    report.failure = toFailure(error);
    report.line = `${settings.name}: ${failureLine(report.failure)}`;
  }
  return report;
}
