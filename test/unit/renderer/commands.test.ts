import { describe, expect, it } from 'vitest';
import {
  accelerator,
  COMMANDS,
  type Command,
  chordKeys,
  commandFor,
  type KeyPress,
  pressed,
  VIEWS,
} from '../../../shared/commands.ts';

const press = (key: string, extra: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: /^\d$/.test(key) ? `Digit${key}` : '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...extra,
});
const at = (view: (typeof VIEWS)[number], typing = false, mac = false) => ({ view, typing, mac });

describe('commands', () => {
  it('have ids of their own', () => {
    expect(new Set(COMMANDS.map((c) => c.id)).size).toBe(COMMANDS.length);
  });

  it('never give one key two meanings in a view', () => {
    for (const view of VIEWS) {
      const here = COMMANDS.filter(
        (c: Command) => c.owner !== 'grid' && (c.views === undefined || c.views.includes(view)),
      );
      const chords = here.flatMap((c) => [...c.keys]);
      expect(new Set(chords).size, `${view}: ${chords.join(' ')}`).toBe(chords.length);
    }
  });

  it('answer decisions in Review only', () => {
    expect(commandFor(press('a'), at('review'))?.id).toBe('review.approve');
    expect(commandFor(press('A', { shiftKey: true }), at('review'))?.id).toBe('review.approveReason');
    expect(commandFor(press('a'), at('sources'))).toBeNull();
  });

  it('are silent while a field has the focus, but for those that say otherwise', () => {
    expect(commandFor(press('a'), at('review', true))).toBeNull();
    expect(commandFor(press('/'), at('review', true))).toBeNull();
    expect(commandFor(press('a', { ctrlKey: true }), at('review', true))).toBeNull();
    expect(commandFor(press('k', { ctrlKey: true }), at('review', true))?.id).toBe('window.palette');
    expect(commandFor(press('F5'), at('sources', true))?.id).toBe('sources.pull');
  });

  it('take Cmd for Ctrl on a Mac, and not both', () => {
    expect(pressed('Mod+K', press('k', { metaKey: true }), true)).toBe(true);
    expect(pressed('Mod+K', press('k', { ctrlKey: true }), true)).toBe(false);
    expect(pressed('Mod+K', press('k', { ctrlKey: true, metaKey: true }), false)).toBe(false);
  });

  it('find signs wherever a layout has them and digits by their place', () => {
    expect(commandFor(press('?', { shiftKey: true }), at('log'))?.id).toBe('window.keys');
    expect(commandFor(press('/', { shiftKey: true }), at('review'))?.id).toBe('review.filter');
    expect(commandFor(press('¡', { code: 'Digit1', altKey: true }), at('log'))?.id).toBe('go.sources');
  });

  it('show and translate their chords', () => {
    expect(chordKeys('Mod+Shift+L', false)).toEqual(['Ctrl', 'Shift', 'L']);
    expect(chordKeys('Mod+K', true)).toEqual(['⌘', 'K']);
    expect(accelerator('Mod+Enter')).toBe('CmdOrCtrl+Enter');
  });
});
