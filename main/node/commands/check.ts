import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type Failure, failureLine, toFailure } from '../../../shared/errors.ts';
import { oneLine } from '../../engine/log/log-line.ts';
import { EXIT } from '../exit-codes.ts';
import { openWorkspace, readConfig } from '../open-workspace.ts';
import { say, tell, tellFailure } from '../say.ts';

const TRY_MS = 60_000;

/** `check`: validates the configuration, then tries each source and destination; one line each. */
export function checkCommand(program: Command): void {
  program
    .command('check')
    .description('check a configuration and try what it names')
    .requiredOption('--config <file>', 'collector config.yaml')
    .action(async (options: { config: string }) => {
      const config = readConfig(options.config);
      const data = mkdtempSync(join(tmpdir(), 'sluice-check-'));
      const workspace = openWorkspace({ data, config, log: false });
      let failed = 0;
      const ok = (what: string, name: string, text: string): void =>
        say(`${what} ${name}: ok, ${oneLine(text)}`);
      const bad = (what: string, name: string, failure: Failure): void => {
        failed += 1;
        say(`${what} ${name}: failed, ${oneLine(failureLine(failure))}`);
        tellFailure(failure, name);
      };
      try {
        if (workspace.sources().length === 0) tell('The configuration defines no inputs.');
        if (workspace.destinations().length === 0) tell('The configuration defines no outputs.');
        for (const entry of workspace.sources()) {
          const { name, enabled } = entry.settings;
          if (!enabled) {
            say(`source ${name}: not enabled, not tried`);
            continue;
          }
          const source = workspace.openSource(entry);
          try {
            const log = workspace.logBook.bind('InputProcess', source.threadName);
            const report = await source.probe({
              clock: workspace.clock,
              log,
              signal: AbortSignal.timeout(TRY_MS),
            });
            if (report.failure === null) ok('source', name, report.line);
            else bad('source', name, report.failure);
          } catch (error) {
            bad('source', name, toFailure(error));
          } finally {
            await source.close();
          }
        }
        for (const entry of workspace.destinations()) {
          const { name, enabled } = entry.settings;
          if (!enabled) {
            say(`destination ${name}: not enabled, not tried`);
            continue;
          }
          try {
            const destination = await workspace.openDestination(entry);
            const report = await destination.preflight(AbortSignal.timeout(TRY_MS));
            if (report.failure === null) ok('destination', name, report.line);
            else bad('destination', name, report.failure);
            for (const finding of report.findings) {
              if (finding.level === 'warning')
                tell(`destination ${name}: ${finding.subject}: ${oneLine(finding.message)}`);
            }
            await destination.close();
          } catch (error) {
            bad('destination', name, toFailure(error));
          }
        }
      } finally {
        workspace.close();
        rmSync(data, { recursive: true, force: true });
      }
      process.exitCode = failed > 0 ? EXIT.failed : EXIT.done;
    });
}
