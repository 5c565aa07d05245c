import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../../shared/errors.ts';
import { systemClock } from '../engine/clock.ts';
import { type CollectorConfig, readCollectorConfig } from '../engine/config/collector-config.ts';
import { sessionSecrets } from '../engine/config/secrets.ts';
import { formatLogLine } from '../engine/log/log-line.ts';
import { environmentProxy } from '../engine/sources/environment-proxy.ts';
import { Workspace } from '../engine/workspace.ts';
import { tell } from './say.ts';

/** The configuration a command was given; its warnings go to stderr in the collectors' format. */
export function readConfig(file: string): CollectorConfig {
  const config = readCollectorConfig(file, systemClock.now());
  for (const message of config.warnings) {
    tell(
      formatLogLine({
        at: systemClock.now(),
        level: 'WARNING',
        process: 'MainProcess',
        thread: 'MainThread',
        message,
      }),
    );
  }
  return config;
}

/** The data directory a command was given, log lines on stderr when asked. */
export function openWorkspace(options: {
  data: string;
  config: CollectorConfig | null;
  log: boolean;
  demo?: boolean;
}): Workspace {
  const workspace = new Workspace({
    dataDir: options.data,
    clock: systemClock,
    secrets: sessionSecrets(),
    resolveProxy: environmentProxy,
    config: options.config,
    demo: options.demo ?? false,
  });
  if (options.log) workspace.logBook.onLine((line) => tell(formatLogLine(line)));
  return workspace;
}

/** For commands that only read or decide: a directory without a store is a wrong path, not an empty store. */
export function openExisting(data: string, config: CollectorConfig | null = null): Workspace {
  if (!existsSync(join(data, 'sluice.db'))) {
    throw new SluiceError({
      code: 'usage.no-store',
      message: `There is no Sluice store in ${data}.`,
      remedy: 'Check the path given with --data, or pull first.',
    });
  }
  return openWorkspace({ data, config, log: false });
}

/** Aborts on Ctrl+C and SIGTERM: the current page is finished, then the command ends. A second Ctrl+C ends at once. */
export function stopSignal(words = 'Stopping after the current page.'): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    tell(words);
    controller.abort(new SluiceError({ code: 'cancelled', message: 'Cancelled.', retryable: true }));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}
