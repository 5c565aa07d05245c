import type { CallName, CallResult, EngineEvent } from '../../shared/contract.ts';
import { type Failure, toFailure } from '../../shared/errors.ts';
import { systemClock } from './clock.ts';
import { type CollectorConfig, readCollectorConfig } from './config/collector-config.ts';
import { sessionSecrets } from './config/secrets.ts';
import { createEngine, type Engine } from './engine.ts';
import { type CallFrame, passGate } from './gate.ts';
import { formatLogLine } from './log/log-line.ts';
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
}

export type ToEngine = { start: EngineStart } | { stop: true } | CallFrame;
export type FromEngine =
  | { ready: true }
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

  function start(options: EngineStart): void {
    try {
      const config =
        options.demo ??
        (options.configFile === null ? null : readCollectorConfig(options.configFile, systemClock.now()));
      engine = createEngine({
        dataDir: options.dataDir,
        clock: systemClock,
        secrets: sessionSecrets(),
        resolveProxy,
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
    else if (engine !== null) {
      void passGate(engine.answer, message.name, message.input, null).then((result) =>
        port.send({ id: message.id, ...result }),
      );
    }
  });
  return { stop };
}
