import { Command, CommanderError } from 'commander';
import { toFailure } from '../../shared/errors.ts';
import { checkCommand } from './commands/check.ts';
import { decideCommand } from './commands/decide.ts';
import { demoCommand } from './commands/demo.ts';
import { exportCommand } from './commands/export.ts';
import { exportConfigCommand } from './commands/export-config.ts';
import { forwardCommand } from './commands/forward.ts';
import { overrideCommand } from './commands/override.ts';
import { previewCommand } from './commands/preview.ts';
import { pullCommand } from './commands/pull.ts';
import { recordsCommand } from './commands/records.ts';
import { resetCommand } from './commands/reset.ts';
import { runCommand } from './commands/run.ts';
import { serveCommand } from './commands/serve.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { tellFailure } from './say.ts';
import { VERSION } from './version.ts';

const program = new Command('sluice')
  .description(
    'Pull threat intelligence, see exactly what would be sent, hand over to Devo what was approved.',
  )
  .version(VERSION)
  .showHelpAfterError('(add --help for the options)')
  .exitOverride();

for (const add of [
  checkCommand,
  pullCommand,
  recordsCommand,
  decideCommand,
  overrideCommand,
  previewCommand,
  forwardCommand,
  resetCommand,
  exportCommand,
  exportConfigCommand,
  runCommand,
  serveCommand,
  demoCommand,
]) {
  add(program);
}
inheritExit(program);

// A reader that has seen enough (`| head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  else {
    const failure = toFailure(error);
    tellFailure(failure);
    process.exitCode = exitCodeOf(failure);
  }
}

/** Every sub-command throws instead of exiting, so that wrong use always ends with 2. */
function inheritExit(command: Command): void {
  for (const sub of command.commands) {
    sub.exitOverride();
    inheritExit(sub);
  }
}
