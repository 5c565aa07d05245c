import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible, visibleBytes, visibleSpans } from '../../../renderer/ui/visible-text.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may reach the screen
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

describe('visible text', () => {
  it('names what would hide or reorder', () => {
    expect(visible('gnp\u202Eexe.\u0007\n')).toBe('gnp‹U+202E›exe.‹BEL›‹LF›');
    expect(visible('zero\u200Bwidth\uFEFF')).toBe('zero‹U+200B›width‹U+FEFF›');
    expect(visible('\ud800')).toBe('‹U+D800›');
    expect(visible('Ünïcode 漢字 🐟')).toBe('Ünïcode 漢字 🐟');
  });

  it('leaves nothing unseen in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(UNSEEN.test(visible(text))).toBe(false);
      }),
    );
  });

  it('keeps what it is told to keep', () => {
    expect(visibleSpans('a\nb', '\n')).toEqual([{ text: 'a\nb', kind: 'plain' }]);
  });

  it('shows bytes: text where it is UTF-8, numbers where it is not, marks where they are', () => {
    const data = new Uint8Array([0x61, 0xc3, 0xa9, 0xff, 0x62, 0x0a]);
    const spans = visibleBytes(data, [[4, 5]]);
    expect(spans.map((s) => s.text).join('')).toBe('aé‹0xFF›b‹LF›');
    expect(spans.filter((s) => s.marked).map((s) => s.text)).toEqual(['b']);
  });

  it('shows every byte of any input', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (data) => {
        const text = visibleBytes(data)
          .map((s) => s.text)
          .join('');
        expect(UNSEEN.test(text)).toBe(false);
        expect(text === '').toBe(data.length === 0);
      }),
    );
    // Overlong and surrogate forms are not UTF-8.
    expect(
      visibleBytes(new Uint8Array([0xc0, 0x80, 0xed, 0xa0, 0x80])).every((s) => s.text.startsWith('‹0x')),
    ).toBe(true);
  });
});
