import { toFailure } from '../../../../shared/errors.ts';
import type { CtciSettings } from '../../../../shared/settings-ctci.ts';
import type { Clock, ResolveProxy } from '../../ports.ts';
import { createHttpClient, type HttpClient } from '../http.ts';
import type { ProbeReport, PullContext, PullSummary, Source, SourceMemory } from '../source.ts';
import { cleanToken, credentialHeaders } from './credentials.ts';
import { CTCI_LINES } from './ctci-lines.ts';
import { probeList } from './probe.ts';
import { pullList } from './pull-list.ts';

export interface CtciSourceOptions {
  settings: CtciSettings;
  secrets: (field: 'token' | 'keyPassphrase' | 'proxyPassword') => Promise<string | null>;
  /** What relative certificate paths are relative to. */
  baseDir: string;
  /** The host's proxy resolver; without one HTTPS_PROXY, HTTP_PROXY and NO_PROXY count. */
  resolveProxy?: ResolveProxy;
  /** Whether the first pull has been, from one pull to the next. */
  memory: SourceMemory;
}

const STARTED = 'ctci.started';

interface Connected {
  http: HttpClient;
  /** What must not be repeated in an error, as a server may echo it. */
  secrets: string[];
}

/** CTCI's CVE Early Warning List as a source. SPEC 2.2, seed 000, reference 5. */
export function createCtciSource(options: CtciSourceOptions): Source {
  const { settings } = options;
  const threads = `(ctci_collector,${settings.name}#${settings.id},cewl#predefined)`;
  const threadName = `CTCIDataPuller${threads}`;
  const setupThread = `CTCIDataPullerSetup${threads}`;
  let http: HttpClient | null = null;

  /** Settings first, then a client; nothing is connected yet. @throws SluiceError SetupError 6, 8 */
  async function connect(clock: Clock): Promise<Connected> {
    const raw = await options.secrets('token');
    const token = cleanToken(raw);
    http ??= createHttpClient({
      clock,
      tls: settings.tls,
      baseDir: options.baseDir,
      keyPassphrase: () => options.secrets('keyPassphrase'),
      proxy: settings.proxy,
      proxyPassword: () => options.secrets('proxyPassword'),
      resolveProxy: options.resolveProxy ?? null,
      trustedOrigins: new Set([new URL(settings.baseUrl).origin]),
      // Asked for anew: settings may change under a pull that runs.
      credentials: async () => credentialHeaders(settings.auth, cleanToken(await options.secrets('token'))),
      requestsPerSecond: settings.requestsPerSecond,
      maxAttempts: settings.maxAttempts,
      connectMs: settings.connectTimeoutSeconds * 1000,
      idleMs: settings.idleTimeoutSeconds * 1000,
      totalMs: settings.totalTimeoutSeconds * 1000,
    });
    const others = await Promise.all([options.secrets('keyPassphrase'), options.secrets('proxyPassword')]);
    return { http, secrets: [raw, token, ...others].filter((secret) => secret !== null) };
  }

  /** The seed's setup, which for a fixed token has nothing to ask for, and pre-pull: told before the first pull only. */
  async function setUp(context: PullContext): Promise<Connected> {
    if (options.memory.has(STARTED)) return connect(context.clock);
    const main = context.logAs('MainThread');
    const setup = context.logAs(setupThread);
    main.info(`[SETUP] ${setupThread} - Starting thread`);
    main.info(`[INPUT] ${threadName} - Starting thread`);
    context.log.warning('Waiting until setup will be executed');
    setup.info('Puller Setup Started');
    const connected = await connect(context.clock);
    setup.info(
      `The API token will be sent ${settings.auth === 'bearer' ? 'as Authorization: Bearer' : 'in the header x-api-key'}`,
    );
    setup.info('Puller Setup Terminated');
    setup.info('Setup for module "CTCIDataPuller" has been successfully executed');
    context.log.info('PrePull Started');
    context.log.info('PrePull terminated');
    if (context.periodSeconds !== null)
      context.log.info(`Starting data collection every ${context.periodSeconds} seconds`);
    options.memory.set(STARTED, true);
    return connected;
  }

  return {
    kind: 'ctci',
    name: settings.name,
    threadName,
    lines: CTCI_LINES,

    probe: ({ clock, signal }): Promise<ProbeReport> => probeList(settings, signal, () => connect(clock)),

    async pull(context): Promise<PullSummary> {
      try {
        const connected = await setUp(context);
        context.log.info('Pull Started');
        const requests = await pullList({ ...connected, settings, context });
        return { requests, failure: null };
      } catch (error) {
        if (context.signal.aborted) throw error;
        const failure = toFailure(error);
        if (failure.code.startsWith('store.')) throw error;
        return { requests: 0, failure };
      }
    },

    async close() {
      await http?.close();
      http = null;
    },
  };
}
