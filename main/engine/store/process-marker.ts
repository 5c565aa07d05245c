import { readFileSync } from 'node:fs';

const ENDED = 'ended';

/** When a process started, in the kernel's ticks; null where it cannot be told (no /proc). A zombie has {@link ENDED}. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command's name may hold spaces and brackets: fields count from the last `)`. State is field 3, start time 22, proc(5).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? ENDED : (fields[19] ?? null);
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
  if (now === ENDED) return false;
  return started === undefined || started === '' || now === null || now === started;
}
