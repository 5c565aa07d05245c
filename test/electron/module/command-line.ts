import type { CommandLine } from 'electron';
import { guarded } from '../refuse.ts';

const switches = new Map<string, string>();
for (const argument of process.argv.slice(2)) {
  const found = /^--([^=]+)(?:=(.*))?$/s.exec(argument);
  if (found !== null) switches.set(found[1]?.toLowerCase() ?? '', found[2] ?? '');
}

/** Switches of the command line, as Chromium reads them. */
export const commandLine = guarded(
  {
    hasSwitch: (name) => switches.has(name),
    getSwitchValue: (name) => switches.get(name) ?? '',
    appendSwitch: (name, value = '') => void switches.set(name, value),
    removeSwitch: (name) => void switches.delete(name),
  } satisfies Partial<CommandLine>,
  'app.commandLine',
);
