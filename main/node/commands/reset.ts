import type { Command } from 'commander';
import { previewReset, resetLines, resetSource, undoReset } from '../../engine/reset.ts';
import { openExisting, readConfig } from '../open-workspace.ts';
import { say } from '../say.ts';
import { chosenSources } from './pull.ts';

interface ResetOptions {
  config: string;
  data: string;
  source: string;
  undo?: boolean;
  dryRun?: boolean;
}

/** `reset`: restarts the persistence of a source, says what that does, and can undo it. */
export function resetCommand(program: Command): void {
  program
    .command('reset')
    .description('restart the persistence of a source; the next pull begins anew')
    .requiredOption('--config <file>', 'collector config.yaml')
    .requiredOption('--data <dir>', 'data directory')
    .requiredOption('--source <name>', 'the source')
    .option('--dry-run', 'only say what would happen')
    .option('--undo', 'put back where the source stood before its last restart')
    .action((options: ResetOptions) => {
      const config = readConfig(options.config);
      chosenSources(config.sources, [options.source]);
      const workspace = openExisting(options.data, config);
      try {
        const entry = workspace.sourceEntry(options.source);
        if (options.undo) {
          undoReset(workspace, entry);
          say(`${options.source}: the restart was undone.`);
          return;
        }
        for (const line of resetLines(options.source, previewReset(workspace, entry))) say(line);
        if (options.dryRun) return;
        resetSource(workspace, entry);
        say(`${options.source}: restarted. The same command with --undo puts it back.`);
      } finally {
        workspace.close();
      }
    });
}
