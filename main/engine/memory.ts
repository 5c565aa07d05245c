import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';

/** The figures of the collectors' `[GC]` line (seed 000, "Check memory usage"). */
export interface MemoryUse {
  /** Of the computer's memory in use, percent with one decimal. */
  globalPercent: number;
  /** Resident memory of this process. */
  rssBytes: number;
  /** Its address space; null where the system does not tell. */
  vmsBytes: number | null;
}

export function memoryUse(): MemoryUse {
  return {
    globalPercent: Math.round((1 - freemem() / totalmem()) * 1000) / 10,
    rssBytes: process.memoryUsage.rss(),
    vmsBytes: addressSpace(),
  };
}

function addressSpace(): number | null {
  if (process.platform !== 'linux') return null;
  try {
    const kilobytes = /^VmSize:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
