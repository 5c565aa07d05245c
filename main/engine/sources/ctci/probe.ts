import { failureLine, SluiceError, toFailure } from '../../../../shared/errors.ts';
import type { CtciSettings } from '../../../../shared/settings-ctci.ts';
import type { HttpClient } from '../http.ts';
import type { ProbeReport } from '../source.ts';
import { readRow } from './cewl-row.ts';
import { apiRoot, download } from './download.ts';
import { feedOf } from './pull-list.ts';
import { SAMPLE_ROWS } from './verdict.ts';

/** A test of the connection looks at this much of the list. Bytes. */
const ENOUGH_BYTES = 8_000_000;

const ENOUGH = new SluiceError({ code: 'ctci.enough', message: 'Enough of the list has come.' });

interface Found {
  rows: number;
  /** Rows with a cve. */
  cves: number;
  whole: boolean;
}

/** What `check`, Test connection and the add form show. Never throws but for an abort. */
export async function probeList(
  settings: CtciSettings,
  signal: AbortSignal,
  connect: () => Promise<{ http: HttpClient; secrets: readonly string[] }>,
): Promise<ProbeReport> {
  const { title } = feedOf(settings);
  const root = { url: apiRoot(settings), title: 'CTCI', failure: null };
  const report: ProbeReport = {
    ok: false,
    failure: null,
    line: '',
    version: null,
    serverTitle: null,
    roots: [root],
    collections: [],
  };
  try {
    const found = await look(settings, signal, await connect());
    report.ok = true;
    report.line = `${settings.name}: ${lineOf(settings, found)}`;
    const size = found.whole ? found.rows : null;
    report.collections = [{ apiRoot: root.url, id: 'cewl', title, description: '', canRead: true, size }];
  } catch (error) {
    if (signal.aborted) throw error;
    report.failure = toFailure(error);
    report.roots = [{ ...root, failure: report.failure }];
    report.line = `${settings.name}: ${failureLine(report.failure)}`;
  }
  return report;
}

async function look(
  settings: CtciSettings,
  signal: AbortSignal,
  { http, secrets }: { http: HttpClient; secrets: readonly string[] },
): Promise<Found> {
  const found: Found = { rows: 0, cves: 0, whole: (settings.partitions ?? []).length <= 1 };
  let bytes = 0;
  try {
    await download(
      {
        http,
        settings,
        signal,
        secrets,
        onRequest: () => {},
        onWait: () => {},
        onBytes: (more) => {
          bytes += more;
        },
        take: async (rows) => {
          found.rows += rows.length;
          for (const row of rows) if (!readRow(row).made) found.cves++;
          if (bytes > ENOUGH_BYTES) throw ENOUGH;
        },
        rows: () => found.rows,
      },
      settings.partitions?.[0] ?? '',
    );
  } catch (error) {
    if (error !== ENOUGH) throw error;
    found.whole = false;
  }
  return found;
}

function lineOf(settings: CtciSettings, found: Found): string {
  const count = `${found.whole ? '' : 'at least '}${found.rows.toLocaleString('en-US')} rows`;
  const without = found.rows - found.cves;
  return [
    `CVE Early Warning List at ${new URL(settings.baseUrl).host}`,
    `${count}${without === 0 ? '' : ` (${without.toLocaleString('en-US')} without a cve)`}`,
    `token sent ${settings.auth === 'bearer' ? 'as Authorization: Bearer' : 'in the header x-api-key'}`,
    ...(found.whole && found.rows <= SAMPLE_ROWS
      ? [`${SAMPLE_ROWS} rows or fewer are what a token without a subscription gets`]
      : []),
  ].join(', ');
}
