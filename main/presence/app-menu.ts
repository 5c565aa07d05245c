import { accelerator, COMMANDS, type Command, type CommandId, command } from '../../shared/commands.ts';

/** Roles that the system's menu knows how to play. */
export type MenuRole =
  | 'about'
  | 'services'
  | 'hide'
  | 'hideOthers'
  | 'unhide'
  | 'quit'
  | 'undo'
  | 'redo'
  | 'cut'
  | 'copy'
  | 'paste'
  | 'selectAll'
  | 'resetZoom'
  | 'zoomIn'
  | 'zoomOut'
  | 'togglefullscreen'
  | 'minimize'
  | 'zoom'
  | 'front'
  | 'close';

export type MenuEntry =
  | { separator: true }
  | { role: MenuRole }
  | { label: string; command: CommandId; accelerator: string | null }
  | { label: string; items: readonly MenuEntry[]; role?: 'help' | 'window' };

const SEPARATOR: MenuEntry = { separator: true };

/** A command as a menu shows it. Only chords with a modifier are shown: single keys belong to the table and not to the whole window. */
function entry(id: CommandId): MenuEntry {
  const { title, keys } = command(id);
  const chord = keys.find((key) => key.includes('Mod+') || /^(Shift\+)?F\d+$/.test(key));
  return { label: title, command: id, accelerator: chord === undefined ? null : accelerator(chord) };
}

/** Every command of a group, in the registry's order. */
function group(name: Command['group']): MenuEntry[] {
  return COMMANDS.filter((c: Command) => c.group === name && c.owner !== 'grid').map((c) => entry(c.id));
}

/** The native menu: the system's own roles, and every command of the one registry. */
export function appMenu(platform: NodeJS.Platform): MenuEntry[] {
  const mac = platform === 'darwin';
  const settings = entry('go.settings');
  const first: MenuEntry = mac
    ? {
        label: 'Sluice',
        items: [
          { role: 'about' },
          SEPARATOR,
          settings,
          SEPARATOR,
          { role: 'services' },
          SEPARATOR,
          { role: 'hide' },
          { role: 'hideOthers' },
          { role: 'unhide' },
          SEPARATOR,
          { role: 'quit' },
        ],
      }
    : { label: 'File', items: [settings, SEPARATOR, { role: 'close' }, { role: 'quit' }] };
  const goTo = group('Go to').filter((e) => !('command' in e && e.command === 'go.settings'));
  return [
    first,
    {
      label: 'Edit',
      items: [
        { role: 'undo' },
        { role: 'redo' },
        SEPARATOR,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: 'View',
      items: [
        ...goTo,
        SEPARATOR,
        entry('window.palette'),
        entry('window.theme'),
        SEPARATOR,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
      ],
    },
    { label: 'Sources', items: [...group('Sources'), SEPARATOR, entry('window.pause')] },
    { label: 'Review', items: [...group('Review'), ...group('Records table')] },
    { label: 'Deliver', items: group('Deliver') },
    {
      label: 'Window',
      role: 'window',
      items: [
        { role: 'minimize' },
        ...(mac ? [{ role: 'zoom' } as const, SEPARATOR, { role: 'front' } as const] : []),
      ],
    },
    {
      label: 'Help',
      role: 'help',
      items: [
        entry('window.keys'),
        entry('window.logFolder'),
        ...(mac ? [] : [SEPARATOR, { role: 'about' } as const]),
      ],
    },
  ];
}
