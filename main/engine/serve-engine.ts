import type { CallName, CallResult, EngineEvent } from '../../shared/contract.ts';
import { type Failure, toFailure } from '../../shared/errors.ts';
import { systemClock } from './clock.ts';
import { type CollectorConfig, readCollectorConfig } from './config/collector-config.ts';
import { sessionSecrets } from './config/secrets.ts';
import { storedSecrets } from './config/secrets-file.ts';
import { createEngine, type Engine } from './engine.ts';
import { type CallFrame, passGate } from './gate.ts';
import {
  type HostAnswer,
  type HostAsk,
  HostLine,
  type HostNews,
  hostCipher,
  hostProxy,
} from './host-line.ts';
import { formatLogLine } from './log/log-line.ts';
import { interfaceNetwork } from './network.ts';
import type { ResolveProxy } from './ports.ts';

/** First message to an engine process. */
export interface EngineStart {
  dataDir: string;
  /** A config.yaml to read, or null. */
  configFile: string | null;
  /** The demo's configuration, made in memory, or null. */
  demo: CollectorConfig | null;
  version: string;
  host: 'electron' | 'loopback';
  /** Also print log lines on stderr. */
  printLog: boolean;
  /** `host`: ciphertext of the system's store, made and opened by the host. `session`: until the process ends. */
  secrets?: 'host' | 'session';
  /** Why it is `session`, where there is something to say. */
  secretsNote?: string | null;
  /** The host answers what proxy the system uses, and tells when it is offline. */
  askHost?: boolean;
}

export type ToEngine =
  | { start: EngineStart }
  | { stop: true }
  | { news: HostNews }
  | { answered: number; answer: HostAnswer }
  | CallFrame;
export type FromEngine =
  | { ready: true }
  | { asking: number; ask: HostAsk }
  | { refused: Failure }
  | { event: EngineEvent }
  | ({ id: number } & CallResult<CallName>);

/** What an engine process needs of whatever forked it: Node's IPC channel or Electron's parent port. */
export interface EnginePort {
  send(message: FromEngine): void;
  onMessage(listener: (message: ToEngine) => void): void;
  /** Ends the process. */
  exit(code: number): void;
}

/** Answers calls over a port from `start` to `stop`. The engine finishes the current page before it ends. */
export function serveEngine(port: EnginePort, resolveProxy: ResolveProxy): { stop: () => void } {
  let engine: Engine | null = null;
  let stopping = false;
  let online: boolean | null = null;
  const line = new HostLine((asking, ask) => port.send({ asking, ask }));

  function tellProblem(problem: string): void {
    engine?.hear({ problem });
  }

  function start(options: EngineStart): void {
    try {
      const config =
        options.demo ??
        (options.configFile === null ? null : readCollectorConfig(options.configFile, systemClock.now()));
      engine = createEngine({
        dataDir: options.dataDir,
        clock: systemClock,
        secrets:
          options.secrets === 'host'
            ? storedSecrets(options.dataDir, hostCipher(line), tellProblem)
            : sessionSecrets(),
        secretsNote: options.secretsNote ?? null,
        resolveProxy: options.askHost === true ? hostProxy(line) : resolveProxy,
        network: { online: () => online ?? interfaceNetwork.online() },
        config,
        demo: options.demo !== null,
        version: options.version,
        host: options.host,
        schedule: true,
      });
    } catch (error) {
      port.send({ refused: toFailure(error) });
      port.exit(1);
      return;
    }
    if (options.printLog) engine.onLogLine((line) => process.stderr.write(`${formatLogLine(line)}\n`));
    engine.onEvent((event) => port.send({ event }));
    port.send({ ready: true });
  }

  /** Told more than once: by the host, by its going away, by a signal. */
  function stop(): void {
    if (stopping) return;
    stopping = true;
    void (engine?.close() ?? Promise.resolve()).then(
      () => port.exit(0),
      () => port.exit(1),
    );
  }

  port.onMessage((message) => {
    if ('start' in message) start(message.start);
    else if ('stop' in message) stop();
    else if ('answered' in message) line.answered(message.answered, message.answer);
    else if ('news' in message) {
      online = message.news.online ?? online;
      engine?.hear(message.news);
    } else if (engine !== null) {
      void passGate(engine.answer, message.name, message.input, null).then((result) =>
        port.send({ id: message.id, ...result }),
      );
    }
  });
  return { stop };
}
