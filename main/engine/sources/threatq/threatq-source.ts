import { SluiceError, toFailure } from '../../../../shared/errors.ts';
import type { ThreatqSettings } from '../../../../shared/settings-threatq.ts';
import { checkThreatqSettings, setupFailure } from '../../../../shared/threatq-check.ts';
import type { Clock, Log, ResolveProxy } from '../../ports.ts';
import { createHttpClient, type HttpClient } from '../http.ts';
import { unverifiedServer } from '../http-unverified.ts';
import type { ProbeReport, PullSummary, Source, SourceMemory } from '../source.ts';
import { readCursor } from './cursor.ts';
import type { ThreatqCall } from './login.ts';
import { probeEvents } from './probe.ts';
import { eventsFeed, newTally, pullEvents, type SavedStates } from './pull-events.ts';
import { createThreatqClient, newSession, type Session, type ThreatqClient } from './threatq-client.ts';
import { retrievingTimestamp, threatqLines } from './threatq-lines.ts';

export interface ThreatqSourceOptions {
  settings: ThreatqSettings;
  secrets: (field: 'password' | 'keyPassphrase' | 'proxyPassword') => Promise<string | null>;
  /** What relative certificate paths are relative to. */
  baseDir: string;
  resolveProxy?: ResolveProxy;
  /** Token and event types, from one pull to the next. */
  memory: SourceMemory;
}

const SESSION = 'threatq.session';

/** A ThreatQuotient server as a source. SPEC 2.3, seed 000, reference 6. */
export function createThreatqSource(options: ThreatqSourceOptions): Source {
  const { settings, memory } = options;
  const unverified = unverifiedServer(settings);
  const threads = `(threatquotient_collector,${settings.name}#${settings.id},events#predefined)`;
  const threadName = `ThreatQuotientDataPuller${threads}`;
  const setupThread = `ThreatQuotientDataPullerSetup${threads}`;
  let http: HttpClient | null = null;
  let saved: SavedStates | null = null;

  function session(): Session {
    const kept = (memory.get(SESSION) as Session | undefined) ?? newSession();
    memory.set(SESSION, kept);
    return kept;
  }

  /** Settings first, then a client; nothing is connected yet. @throws SluiceError SetupError 1–17 */
  async function connect(
    clock: Clock,
    setupLog: Log,
    call: ThreatqCall,
    kept: Session,
    historicalPollDatetime = settings.historicalPollDatetime,
  ): Promise<ThreatqClient> {
    const password = await options.secrets('password');
    const [problem] = checkThreatqSettings({ ...settings, historicalPollDatetime }, password, clock.now());
    if (problem !== undefined) throw new SluiceError(setupFailure(problem));
    http ??= createHttpClient({
      clock,
      tls: settings.tls,
      baseDir: options.baseDir,
      keyPassphrase: () => options.secrets('keyPassphrase'),
      proxy: settings.proxy,
      proxyPassword: () => options.secrets('proxyPassword'),
      resolveProxy: options.resolveProxy ?? null,
      trustedOrigins: new Set([new URL(settings.apiBaseUrl).origin]),
      credentials: async (): Promise<Record<string, string>> =>
        kept.token === null ? {} : { authorization: `Bearer ${kept.token.text}` },
      requestsPerSecond: settings.requestsPerSecond,
      maxAttempts: settings.maxAttempts,
      connectMs: settings.connectTimeoutSeconds * 1000,
      idleMs: settings.idleTimeoutSeconds * 1000,
      totalMs: settings.totalTimeoutSeconds * 1000,
      unverified,
    });
    return createThreatqClient({
      http,
      settings,
      password: password ?? '',
      session: kept,
      clock,
      setupLog,
      call,
    });
  }

  function warnUnverified(log: Log): void {
    if (unverified === null) return;
    log.warning(
      `verify_host_ssl_cert is false: the certificate of ${unverified.origin} is not checked. Whoever sits between can read the password and change the events.`,
    );
  }

  return {
    kind: 'threatq',
    name: settings.name,
    threadName,
    lines: threatqLines(() => saved),

    async probe({ clock, log, signal }): Promise<ProbeReport> {
      warnUnverified(log);
      const call: ThreatqCall = { signal, onRequest: () => {}, onWait: () => {} };
      return probeEvents({ settings, clock, signal, connect: () => connect(clock, log, call, newSession()) });
    },

    async pull(context): Promise<PullSummary> {
      const { clock, log, signal } = context;
      const tally = newTally();
      const call: ThreatqCall = {
        signal,
        onRequest: () => {
          tally.requests++;
          tally.changed();
        },
        onWait: (until, note) => {
          tally.waitingUntil = until;
          tally.note = note;
          if (until !== null) log.info(`Waiting until ${new Date(until).toISOString()}: ${note ?? ''}`);
          tally.changed();
        },
      };
      try {
        const setupLog = context.logAs(setupThread);
        const kept = session();
        const cursor = readCursor(context.sink.cursorOf(eventsFeed(settings)));
        kept.style ??= cursor?.style ?? null;
        // Where a source begins no longer matters once it has begun: it may lie more than a year back then.
        const historicalPollDatetime = cursor === null ? settings.historicalPollDatetime : null;
        const client = await connect(clock, setupLog, call, kept, historicalPollDatetime);
        const first = !kept.started;
        if (first) {
          const main = context.logAs('MainThread');
          main.info(`[SETUP] ${setupThread} - Starting thread`);
          main.info(`[INPUT] ${threadName} - Starting thread`);
          log.warning('Waiting until setup will be executed');
        }
        await client.logIn();
        if (first) {
          setupLog.info('Setup for module "ThreatQuotientDataPuller" has been successfully executed');
          log.info('PrePull Started');
          log.info('PrePull terminated');
          if (context.periodSeconds !== null)
            log.info(`Starting data collection every ${context.periodSeconds} seconds`);
          kept.started = true;
        }
        // The collector's statistics count what its puller asks, not its setup.
        tally.requests = 0;
        log.info(`Pull Started. Retrieving timestamp: ${retrievingTimestamp(context.pullingId)}`);
        warnUnverified(log);
        saved = await pullEvents({ client, settings, context, session: kept, tally });
        return { requests: tally.requests, failure: null };
      } catch (error) {
        if (signal.aborted) throw error;
        const failure = toFailure(error);
        if (failure.code.startsWith('store.')) throw error;
        return { requests: tally.requests, failure };
      }
    },

    async close() {
      await http?.close();
      http = null;
    },
  };
}
