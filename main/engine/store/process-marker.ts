import { readFileSync } from 'node:fs';

/** When a process started, in the kernel's ticks; null where it cannot be told (no /proc). */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command's name may hold spaces and brackets: fields count from the last `)`. Start time is field 22, proc(5).
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

let own: string | null = null;

/** `pid:start` of this process, as locks and running work keep it. */
export function thisProcess(): string {
  own ??= `${process.pid}:${startOf(process.pid) ?? ''}`;
  return own;
}

export function pidOf(marker: string): number {
  return Number.parseInt(marker, 10);
}

/** Whether the process of a marker still runs. A pid used again by another process is not it. */
export function isAlive(marker: string): boolean {
  if (marker === thisProcess()) return true;
  const pid = pidOf(marker);
  if (pid === process.pid || !(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    // EPERM: it exists and belongs to someone else.
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM')) return false;
  }
  const [, started] = marker.split(':');
  const now = startOf(pid);
  return started === undefined || started === '' || now === null || now === started;
}
