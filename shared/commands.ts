/**
 * The one list of commands: palette, shortcuts, the native menu, the sheet of keys and the tests read it.
 * A chord is written `Mod+Shift+K`: `Mod` is Ctrl, or Cmd on a Mac.
 */

export const VIEWS = ['sources', 'review', 'deliver', 'history', 'log', 'settings'] as const;
export type View = (typeof VIEWS)[number];

export type CommandGroup = 'Go to' | 'Review' | 'Records table' | 'Sources' | 'Deliver' | 'Window';

export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: CommandGroup;
  /** The first chord is the one that is shown. */
  readonly keys: readonly string[];
  /** The views its keys work in; absent: everywhere. */
  readonly views?: readonly View[];
  /** `grid`: the records table itself answers the key; listed here so that the sheet of keys is complete. */
  readonly owner?: 'grid';
  /** Also answered while a field has the focus. */
  readonly whileTyping?: boolean;
}

export const COMMANDS = [
  { id: 'go.sources', title: 'Sources', group: 'Go to', keys: ['Mod+1', 'Alt+1'], whileTyping: true },
  { id: 'go.review', title: 'Review', group: 'Go to', keys: ['Mod+2', 'Alt+2'], whileTyping: true },
  { id: 'go.deliver', title: 'Deliver', group: 'Go to', keys: ['Mod+3', 'Alt+3'], whileTyping: true },
  { id: 'go.history', title: 'History', group: 'Go to', keys: ['Mod+4', 'Alt+4'], whileTyping: true },
  { id: 'go.log', title: 'Log', group: 'Go to', keys: ['Mod+5', 'Alt+5'], whileTyping: true },
  { id: 'go.settings', title: 'Settings', group: 'Go to', keys: ['Mod+,'], whileTyping: true },

  { id: 'window.palette', title: 'Search or jump to…', group: 'Window', keys: ['Mod+K'], whileTyping: true },
  { id: 'window.keys', title: 'Show all keys', group: 'Window', keys: ['?'] },
  {
    id: 'window.theme',
    title: 'Switch between light, dark and system',
    group: 'Window',
    keys: ['Mod+Shift+L'],
  },
  { id: 'window.logFolder', title: 'Open the log folder', group: 'Window', keys: [] },
  { id: 'window.pause', title: 'Pause or resume all schedules', group: 'Window', keys: [] },

  { id: 'review.filter', title: 'Filter records', group: 'Review', keys: ['/'], views: ['review', 'log'] },
  { id: 'review.facets', title: 'Show or hide facets', group: 'Review', keys: ['F'], views: ['review'] },
  { id: 'review.clear', title: 'Clear all filters', group: 'Review', keys: ['Shift+X'], views: ['review'] },
  {
    id: 'review.fresh',
    title: 'Show records that arrived meanwhile',
    group: 'Review',
    keys: ['N'],
    views: ['review'],
  },
  { id: 'review.saveFilter', title: 'Save this filter', group: 'Review', keys: [], views: ['review'] },
  { id: 'review.approve', title: 'Approve', group: 'Review', keys: ['A'], views: ['review'] },
  { id: 'review.hold', title: 'Hold', group: 'Review', keys: ['H'], views: ['review'] },
  { id: 'review.reject', title: 'Reject', group: 'Review', keys: ['R'], views: ['review'] },
  {
    id: 'review.approveReason',
    title: 'Approve with a reason…',
    group: 'Review',
    keys: ['Shift+A'],
    views: ['review'],
  },
  {
    id: 'review.holdReason',
    title: 'Hold with a reason…',
    group: 'Review',
    keys: ['Shift+H'],
    views: ['review'],
  },
  {
    id: 'review.rejectReason',
    title: 'Reject with a reason…',
    group: 'Review',
    keys: ['Shift+R'],
    views: ['review'],
  },
  {
    id: 'review.undo',
    title: 'Undo the last decision',
    group: 'Review',
    keys: ['Z', 'Mod+Z'],
    views: ['review', 'deliver'],
  },
  { id: 'review.export', title: 'Export the selection…', group: 'Review', keys: ['E'], views: ['review'] },
  {
    id: 'review.selectAll',
    title: 'Select all that match',
    group: 'Records table',
    keys: ['Mod+A'],
    views: ['review'],
  },
  {
    id: 'review.closeDetail',
    title: 'Close the record, or clear the selection',
    group: 'Records table',
    keys: ['Escape'],
    views: ['review'],
  },

  {
    id: 'grid.move',
    title: 'Previous or next record',
    group: 'Records table',
    keys: ['ArrowUp', 'ArrowDown'],
    views: ['review'],
    owner: 'grid',
  },
  {
    id: 'grid.page',
    title: 'Previous or next page',
    group: 'Records table',
    keys: ['PageUp', 'PageDown'],
    views: ['review'],
    owner: 'grid',
  },
  {
    id: 'grid.ends',
    title: 'First or last record',
    group: 'Records table',
    keys: ['Home', 'End'],
    views: ['review'],
    owner: 'grid',
  },
  {
    id: 'grid.select',
    title: 'Select or unselect',
    group: 'Records table',
    keys: ['Space'],
    views: ['review'],
    owner: 'grid',
  },
  {
    id: 'grid.range',
    title: 'Extend the selection',
    group: 'Records table',
    keys: ['Shift+ArrowDown', 'Shift+ArrowUp'],
    views: ['review'],
    owner: 'grid',
  },
  {
    id: 'grid.open',
    title: 'Open the record',
    group: 'Records table',
    keys: ['Enter'],
    views: ['review'],
    owner: 'grid',
  },
  {
    id: 'grid.copy',
    title: 'Copy the id',
    group: 'Records table',
    keys: ['Mod+C'],
    views: ['review'],
    owner: 'grid',
  },

  { id: 'sources.pull', title: 'Pull this source now', group: 'Sources', keys: ['F5'], whileTyping: true },
  { id: 'sources.pullAll', title: 'Pull all sources now', group: 'Sources', keys: ['Mod+F5'] },
  { id: 'sources.cancel', title: 'Cancel the running pull', group: 'Sources', keys: ['Shift+F5'] },
  { id: 'sources.add', title: 'Add a source', group: 'Sources', keys: [] },

  { id: 'deliver.dryRun', title: 'Dry run', group: 'Deliver', keys: ['D'], views: ['deliver'] },
  { id: 'deliver.handOver', title: 'Hand over', group: 'Deliver', keys: ['Mod+Enter'], views: ['deliver'] },
  {
    id: 'deliver.override',
    title: 'Override a TLP ceiling…',
    group: 'Deliver',
    keys: ['O'],
    views: ['deliver'],
  },
  { id: 'deliver.addDestination', title: 'Add a destination', group: 'Deliver', keys: [] },
] as const satisfies readonly Command[];

export type CommandId = (typeof COMMANDS)[number]['id'];

const byId: ReadonlyMap<string, Command> = new Map(COMMANDS.map((c) => [c.id, c]));

/** The command of this id. */
export function command(id: CommandId): Command {
  return byId.get(id) as Command;
}

/** What a keyboard event says, without the DOM. */
export interface KeyPress {
  readonly key: string;
  /** Physical key: digits are matched by it, because Alt and layouts change what they type. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** True when the press is this chord. Shift is ignored for signs such as `?`, which layouts put on different keys. */
export function pressed(chord: string, press: KeyPress, mac: boolean): boolean {
  const parts = chord === '+' ? ['+'] : chord.split('+');
  const key = parts.at(-1) ?? '';
  const mod = parts.includes('Mod');
  const alt = parts.includes('Alt');
  const shift = parts.includes('Shift');
  if ((mac ? press.metaKey : press.ctrlKey) !== mod) return false;
  if (mac ? press.ctrlKey : press.metaKey) return false;
  if (press.altKey !== alt) return false;
  if (/^\d$/.test(key)) return press.code === `Digit${key}` && press.shiftKey === shift;
  const sign = key.length === 1 && !/[a-z]/i.test(key);
  if (!sign && press.shiftKey !== shift) return false;
  if (key === 'Space') return press.key === ' ';
  return press.key.toLowerCase() === key.toLowerCase();
}

/** The command that this press means in this view; null for none. */
export function commandFor(
  press: KeyPress,
  where: { view: View; mac: boolean; typing: boolean },
): (Command & { id: CommandId }) | null {
  for (const c of COMMANDS) {
    const one: Command = c;
    if (one.owner === 'grid') continue;
    if (where.typing && one.whileTyping !== true) continue;
    if (one.views !== undefined && !one.views.includes(where.view)) continue;
    if (one.keys.some((chord) => pressed(chord, press, where.mac))) return c;
  }
  return null;
}

const SHOWN: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
  Escape: 'Esc',
};

/** The chord as keys to show: `Mod+Shift+L` → `Ctrl`, `Shift`, `L`. */
export function chordKeys(chord: string, mac: boolean): string[] {
  return chord.split('+').map((part) => {
    if (part === 'Mod') return mac ? '⌘' : 'Ctrl';
    return SHOWN[part] ?? part;
  });
}

/** The chord as Electron's menu wants it: `Mod+K` → `CmdOrCtrl+K`. */
export function accelerator(chord: string): string {
  return chord.replace('Mod', 'CmdOrCtrl').replace('ArrowUp', 'Up').replace('ArrowDown', 'Down');
}
