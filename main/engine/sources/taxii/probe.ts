import { type Failure, failureLine, SluiceError, toFailure } from '../../../../shared/errors.ts';
import type { TaxiiSettings } from '../../../../shared/settings.ts';
import type { ProbeReport } from '../source.ts';
import { type Collection, chooseCollections, collectionsMissing, listCollections } from './collections.ts';
import { parseContentRange } from './content-range.ts';
import { type Discovered, discover } from './discovery.ts';
import { checkHistoricDate } from './historic-date.ts';
import type { TaxiiCall, TaxiiClient } from './taxii-client.ts';
import { NOT_PULLABLE } from './taxii-errors.ts';

/** Sizes cost a request each: asked for this many collections only. */
const MAX_SIZES = 10;

/** What `check`, Test connection and the add form show. Never throws but for an abort. */
export async function probeServer(
  client: TaxiiClient,
  settings: TaxiiSettings,
  now: number,
  call: TaxiiCall,
): Promise<ProbeReport> {
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
    const invalid = checkHistoricDate(settings.historicDateUtc, now);
    if (invalid !== null) throw invalid;
    const found = await discover(client, settings, call);
    report.version = found.version;
    report.serverTitle = found.title;
    const listed = await listRoots(client, found, call, report);
    const usable = report.roots.filter((r) => r.failure === null);
    const first = report.roots[0]?.failure;
    if (usable.length === 0 && first) throw new SluiceError(first);
    const wanted = found.collection === null ? settings.collections : [found.collection];
    const { chosen, missing } = chooseCollections(listed, wanted);
    await addSizes(client, found, listed, call, report);
    if (missing.length > 0 && chosen.length === 0) throw collectionsMissing(missing, listed);
    if (chosen.length > 0 && chosen.every((c) => !c.canRead)) throw new SluiceError(NOT_PULLABLE);
    const also =
      settings.taxiiVersion === 'detect' ? await otherVersion(client, settings, found, call) : null;
    report.ok = true;
    const title = found.title === null ? '' : ` "${found.title}"`;
    const readable = chosen.filter((c) => c.canRead).length;
    report.line =
      `${settings.name}: TAXII ${found.version}${also === null ? '' : ` (and ${also})`}${title}, ` +
      `${usable.length} of ${report.roots.length} API roots, ${readable} of ${chosen.length} collections readable`;
  } catch (error) {
    if (call.signal.aborted) throw error;
    report.failure = toFailure(error);
    report.line = `${settings.name}: ${failureLine(report.failure)}`;
  }
  return report;
}

async function listRoots(
  client: TaxiiClient,
  found: Discovered,
  call: TaxiiCall,
  report: ProbeReport,
): Promise<Collection[]> {
  const listed: Collection[] = [];
  for (const root of found.roots) {
    let failure: Failure | null = null;
    let url = root.url;
    let title = '';
    try {
      const answer = await listCollections(client, root, found.version, call);
      url = answer.rootUrl;
      listed.push(...answer.collections);
      title = await rootTitle(client, url, found, call);
    } catch (error) {
      if (call.signal.aborted) throw error;
      failure = toFailure(error);
    }
    report.roots.push({ url, title, failure });
  }
  return listed;
}

async function rootTitle(
  client: TaxiiClient,
  url: string,
  found: Discovered,
  call: TaxiiCall,
): Promise<string> {
  try {
    const { body } = await client.getJson({ ...call, url, version: found.version, resource: 'taxii' });
    const title = body.get('title');
    return typeof title === 'string' ? title : '';
  } catch (error) {
    if (call.signal.aborted) throw error;
    return '';
  }
}

/** Only TAXII 2.0 tells a collection's size for the price of one small page. */
async function addSizes(
  client: TaxiiClient,
  found: Discovered,
  listed: readonly Collection[],
  call: TaxiiCall,
  report: ProbeReport,
): Promise<void> {
  let left = MAX_SIZES;
  for (const c of listed) {
    let size: number | null = null;
    if (found.version === '2.0' && c.canRead && left-- > 0) size = await sizeOf(client, c, call);
    report.collections.push({
      apiRoot: c.apiRoot,
      id: c.id,
      title: c.title,
      description: c.description,
      canRead: c.canRead,
      size,
    });
  }
}

async function sizeOf(client: TaxiiClient, c: Collection, call: TaxiiCall): Promise<number | null> {
  try {
    const answer = await client.get({
      ...call,
      url: `${c.apiRoot}collections/${encodeURIComponent(c.id)}/manifest/`,
      version: '2.0',
      resource: 'taxii',
      headers: { range: 'items=0-1' },
      retry: 'unsent',
      maxBytes: 2_000_000,
    });
    return parseContentRange(answer.headers.get('content-range'))?.total ?? null;
  } catch (error) {
    if (call.signal.aborted) throw error;
    return null;
  }
}

/** Detect says everything it finds: whether the same server speaks the older version too. */
async function otherVersion(
  client: TaxiiClient,
  settings: TaxiiSettings,
  found: Discovered,
  call: TaxiiCall,
): Promise<string | null> {
  if (found.version !== '2.1') return null;
  try {
    const other = await discover(client, { ...settings, taxiiVersion: '2.0' }, call);
    return other.version;
  } catch (error) {
    if (call.signal.aborted) throw error;
    return null;
  }
}
