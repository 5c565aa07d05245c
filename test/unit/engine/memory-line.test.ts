import { describe, expect, it } from 'vitest';
import type { MemoryUse } from '../../../main/engine/memory.ts';
import { MemoryLine, mainThreads, memoryLine } from '../../../main/engine/memory-line.ts';
import type { Clock, Log } from '../../../main/engine/ports.ts';

const MIB = 1_048_576;
const use = (rss: number, vms: number | null): MemoryUse => ({
  globalPercent: 20.4,
  rssBytes: rss * MIB,
  vmsBytes: vms === null ? null : vms * MIB,
});

/** A clock that is set by hand, and what was logged. */
function desk(): { clock: Clock; at: { now: number }; lines: string[]; logs: Log[] } {
  const at = { now: 1_000 };
  const lines: string[] = [];
  const clock: Clock = { now: () => at.now, monotonic: () => at.now, sleep: () => Promise.resolve() };
  const logs = mainThreads({
    bind: (process, thread) => {
      const say = (text: string): void => void lines.push(`${process}::${thread} -> ${text}`);
      return { debug: say, info: say, warning: say, error: say } as ReturnType<
        Parameters<typeof mainThreads>[0]['bind']
      >;
    },
  });
  return { clock, at, lines, logs: [...logs] };
}

describe('the memory lines of the collectors', () => {
  it('are written as the seed has them', () => {
    expect(memoryLine(use(34.5, 410.52), use(34.08, 410.02))).toBe(
      '[GC] global: 20.4% -> 20.4%, process: RSS(34.50MiB -> 34.08MiB), VMS(410.52MiB -> 410.02MiB)',
    );
    expect(memoryLine(use(34.5, null), use(34.08, null))).toBe(
      '[GC] global: 20.4% -> 20.4%, process: RSS(34.50MiB -> 34.08MiB)',
    );
  });

  it('are due every five minutes, and tell of memory that was really freed', () => {
    const { clock, at, lines, logs } = desk();
    const line = new MemoryLine({ clock, logs });
    expect(line.dueAt()).toBe(301_000);
    at.now = 301_000;
    let held: Buffer[] | null = Array.from({ length: 64 }, () => Buffer.alloc(MIB, 1));
    expect(held.length).toBe(64);
    held = null;
    line.tell();
    expect(line.dueAt()).toBe(601_000);
    expect(lines.map((text) => text.split(' -> [GC]')[0])).toEqual([
      'InputProcess::MainThread',
      'OutputProcess::MainThread',
    ]);
    const [, before = '', after = ''] = /RSS\(([\d.]+)MiB -> ([\d.]+)MiB\)/.exec(lines[0] ?? '') ?? [];
    expect(Number(before) - Number(after)).toBeGreaterThan(30);
  });
});
