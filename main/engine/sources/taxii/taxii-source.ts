import { type Failure, failureLine, SluiceError, toFailure } from '../../../../shared/errors.ts';
import type { TaxiiSettings } from '../../../../shared/settings.ts';
import type { Clock, ResolveProxy } from '../../ports.ts';
import { createHttpClient, type HttpClient } from '../http.ts';
import { parseInstant } from '../instant.ts';
import type { FeedRef, ProbeReport, PullContext, PullSummary, Source } from '../source.ts';
import { type Collection, chooseCollections, collectionsMissing, listCollections } from './collections.ts';
import { credentialHeaders, type ReadSecret, secretWords, trustedOrigins } from './credentials.ts';
import { basisOf, readCursor } from './cursor.ts';
import { type Discovered, discover } from './discovery.ts';
import { pullFeed } from './feed.ts';
import { type FeedWork, type Habits, newTally } from './feed-work.ts';
import { checkHistoricDate } from './historic-date.ts';
import type { TaxiiVersion } from './media-type.ts';
import { probeServer } from './probe.ts';
import { type Markings, newMarkings } from './stix-draft.ts';
import { createTaxiiClient, type TaxiiCall, type TaxiiClient } from './taxii-client.ts';
import { NOT_PULLABLE } from './taxii-errors.ts';
import { TAXII_LINES } from './taxii-lines.ts';
import type { ManifestFacts } from './verdict.ts';

export interface TaxiiSourceOptions {
  settings: TaxiiSettings;
  secrets: ReadSecret;
  /** What relative certificate paths are relative to. */
  baseDir: string;
  /** The host's proxy resolver; without one HTTPS_PROXY, HTTP_PROXY and NO_PROXY count. */
  resolveProxy?: ResolveProxy;
}

interface Plan {
  version: TaxiiVersion;
  collections: Collection[];
  /** Roots that could not be used. */
  failedRoots: { url: string; failure: Failure }[];
}

/** A TAXII 2.0 or 2.1 server as a source. SPEC 2.1, seed 003. */
export function createTaxiiSource(options: TaxiiSourceOptions): Source {
  const { settings } = options;
  const markings = newMarkings();
  let http: HttpClient | null = null;
  let words: string[] = [];

  async function connect(clock: Clock): Promise<TaxiiClient> {
    words = await secretWords(settings, options.secrets);
    http ??= createHttpClient({
      clock,
      tls: settings.tls,
      baseDir: options.baseDir,
      keyPassphrase: () => options.secrets('keyPassphrase'),
      proxy: settings.proxy,
      proxyPassword: () => options.secrets('proxyPassword'),
      resolveProxy: options.resolveProxy ?? null,
      trustedOrigins: trustedOrigins(settings),
      credentials: () => credentialHeaders(settings, options.secrets),
      requestsPerSecond: settings.requestsPerSecond,
      maxAttempts: settings.maxAttempts,
      connectMs: settings.connectTimeoutSeconds * 1000,
      idleMs: settings.idleTimeoutSeconds * 1000,
      totalMs: settings.totalTimeoutSeconds * 1000,
    });
    return createTaxiiClient(http, () => words);
  }

  return {
    kind: 'taxii',
    name: settings.name,
    threadName: `TaxiiPuller(${settings.name},${settings.id},objects_and_manifests,predefined)`,
    lines: TAXII_LINES,

    async probe(context): Promise<ProbeReport> {
      const client = await connect(context.clock);
      const call: TaxiiCall = { signal: context.signal, onRequest: () => {}, onWait: () => {} };
      return probeServer(client, settings, context.clock.now(), call);
    },

    async pull(context): Promise<PullSummary> {
      let requests = 0;
      const count = (): void => {
        requests++;
      };
      try {
        const invalid = checkHistoricDate(settings.historicDateUtc, context.clock.now());
        if (invalid !== null) throw invalid;
        const client = await connect(context.clock);
        const call: TaxiiCall = {
          signal: context.signal,
          onRequest: count,
          onWait: (until, note) => {
            if (until !== null)
              context.log.info(`Waiting until ${new Date(until).toISOString()}: ${note ?? ''}`);
          },
        };
        const plan = await makePlan(client, settings, context, call);
        for (const root of plan.failedRoots) reportRoot(context, root);
        context.log.info(`Total number of collections: ${plan.collections.length}`);
        requests += await pullCollections(plan, {
          client,
          settings,
          context,
          markings,
          habits: { rangeStyle: null, filterFails: new Set() },
        });
        return { requests, failure: null };
      } catch (error) {
        if (context.signal.aborted) throw error;
        const failure = toFailure(error);
        if (failure.code.startsWith('store.')) throw error;
        return { requests, failure };
      }
    },

    async close() {
      await http?.close();
      http = null;
    },
  };
}

/** A root that cannot be used shows as a feed of its own that failed; the others go on. */
function reportRoot(context: PullContext, root: Plan['failedRoots'][number]): void {
  context.log.error(`API root ${root.url}: ${failureLine(root.failure)}`);
  const feed: FeedRef = { apiRoot: root.url, collection: '', title: `API root ${root.url}`, kind: 'object' };
  context.sink.open(feed).done({
    pages: 0,
    requests: 0,
    received: 0,
    announced: null,
    completeness: { complete: 'no', reason: 'The API root could not be used.' },
    failure: root.failure,
  });
}

async function makePlan(
  client: TaxiiClient,
  settings: TaxiiSettings,
  context: PullContext,
  call: TaxiiCall,
): Promise<Plan> {
  const found: Discovered = await discover(client, settings, call);
  context.log.info(`The server speaks TAXII ${found.version}; API roots: ${found.roots.length}`);
  const listed: Collection[] = [];
  const failedRoots: Plan['failedRoots'] = [];
  for (const root of found.roots) {
    try {
      listed.push(...(await listCollections(client, root, found.version, call)).collections);
    } catch (error) {
      if (call.signal.aborted) throw error;
      failedRoots.push({ url: root.url, failure: toFailure(error) });
    }
  }
  const only = failedRoots[0];
  if (only !== undefined && failedRoots.length === found.roots.length) throw new SluiceError(only.failure);
  const wanted = found.collection === null ? settings.collections : [found.collection];
  const { chosen, missing } = chooseCollections(listed, wanted);
  if (missing.length > 0) {
    const error = collectionsMissing(missing, listed);
    if (chosen.length === 0) throw error;
    context.log.warning(error.failure.message);
  }
  const readable = chosen.filter((c) => c.canRead);
  for (const c of chosen) {
    if (!c.canRead) context.log.info(`Skipping collection ${c.id}: the server says it cannot be read.`);
  }
  if (chosen.length > 0 && readable.length === 0) throw new SluiceError(NOT_PULLABLE);
  return { version: found.version, collections: readable, failedRoots };
}

interface Tools {
  client: TaxiiClient;
  settings: TaxiiSettings;
  context: PullContext;
  markings: Markings;
  habits: Habits;
}

/** Several collections at once; each brings its manifest first, which tells how many objects there are. @returns requests made */
async function pullCollections(plan: Plan, tools: Tools): Promise<number> {
  const { settings, context } = tools;
  const waiting = [...plan.collections];
  let requests = 0;
  const worker = async (): Promise<void> => {
    for (let c = waiting.shift(); c !== undefined; c = waiting.shift()) {
      if (context.signal.aborted) throw context.signal.reason;
      context.log.info(`Polling for collection id: ${c.id}`);
      let manifest: ManifestFacts | null = null;
      if (settings.manifests) {
        const work = feedWork(tools, plan.version, c, 'manifest');
        try {
          manifest = await pullFeed(work, null);
        } finally {
          requests += work.tally.requests;
        }
      }
      if (settings.objects) {
        const work = feedWork(tools, plan.version, c, 'object');
        if (manifest?.whole && work.cursor.addedAfter === null) {
          work.tally.announced = settings.allVersions ? manifest.versions : manifest.entries;
        }
        try {
          await pullFeed(work, manifest);
        } finally {
          requests += work.tally.requests;
        }
      }
    }
  };
  const workers = Array.from({ length: Math.min(settings.concurrency, Math.max(1, waiting.length)) }, worker);
  const ends = await Promise.allSettled(workers);
  const failed = ends.find((e) => e.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return requests;
}

function feedWork(tools: Tools, version: TaxiiVersion, c: Collection, kind: FeedRef['kind']): FeedWork {
  const { settings, context } = tools;
  const feed: FeedRef = { apiRoot: c.apiRoot, collection: c.id, title: c.title || c.id, kind };
  const sink = context.sink.open(feed);
  return {
    client: tools.client,
    settings,
    version,
    feed,
    url: `${c.apiRoot}collections/${encodeURIComponent(c.id)}/${kind === 'object' ? 'objects' : 'manifest'}/`,
    sink,
    clock: context.clock,
    log: context.log,
    signal: context.signal,
    markings: tools.markings,
    habits: tools.habits,
    historic: parseInstant(settings.historicDateUtc),
    cursor: readCursor(sink.cursor, basisOf(settings, version)),
    tally: newTally(),
    typesMet: new Set(),
  };
}
