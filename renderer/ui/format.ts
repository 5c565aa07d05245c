/** Numbers, sizes and times as they are read on screen. Pure. UX "Look". */

const grouped = new Intl.NumberFormat('en-US');

/** `24771` → `24,771`. */
export function count(n: number): string {
  return grouped.format(n);
}

/** `count(n)` and the word in the right number. */
export function countOf(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** Decimal units: 999 B, 1.7 kB, 34 MB. Bytes. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = n / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 ? value.toFixed(1) : grouped.format(Math.round(value))} ${units[unit]}`;
}

const two = (n: number) => String(n).padStart(2, '0');

/** Epoch ms → `2026-11-20`. UTC. */
export function utcDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Epoch ms → `2026-11-20 15:22:57`. UTC. */
export function utc(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** The same instant on this computer's clock, for the hover: `2026-11-20 16:22:57 +01:00`. */
export function local(ms: number): string {
  const d = new Date(ms);
  const offset = -d.getTimezoneOffset();
  const sign = offset < 0 ? '-' : '+';
  const zone = `${sign}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())} ${zone}`;
}

/** Hover text of a time. */
export function timeTitle(ms: number): string {
  return `${utc(ms)} UTC\n${local(ms)} local`;
}

/** Length of time in ms: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  const s = Math.max(0, ms) / 1000;
  if (s < 9.95) return `${s.toFixed(1)} s`;
  const whole = Math.round(s);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 === 0 ? '' : ` ${whole % 60} s`}`;
  const minutes = Math.round(whole / 60);
  if (minutes < 1440)
    return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d${hours % 24 === 0 ? '' : ` ${hours % 24} h`}`;
}

/** A period in seconds as a person says it: `20 min`, `every day` is left to the caller. */
export function period(seconds: number): string {
  return duration(seconds * 1000).replace(/\.0 s$/, ' s');
}

/** Relative time, status bar only: `just now`, `2 min ago`, `in 5 min`. */
export function relative(ms: number, now: number): string {
  const ahead = ms > now;
  const s = Math.abs(now - ms) / 1000;
  if (s < 10) return ahead ? 'now' : 'just now';
  const text =
    s < 60
      ? `${Math.round(s)} s`
      : s < 3600
        ? `${Math.round(s / 60)} min`
        : s < 86_400
          ? `${Math.round(s / 3600)} h`
          : `${Math.round(s / 86_400)} d`;
  return ahead ? `in ${text}` : `${text} ago`;
}

/** Records a second. */
export function rate(perSecond: number): string {
  return `${perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond))}/s`;
}

/** `indicator--1a2b…c9d0`: both ends of an id stay readable. Keeps the type before `--` whole. */
export function middleEllipsis(text: string, max: number): string {
  if (text.length <= max) return text;
  const dash = text.indexOf('--');
  const head = dash > 0 && dash + 6 < max - 3 ? dash + 6 : Math.ceil((max - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (max - 1 - head))}`;
}

/** One line of the collectors' log: `2023-01-10T15:22:57.146    INFO InputProcess::Thread -> message`. Seed 000. */
export function collectorLine(line: {
  at: number;
  level: string;
  process: string;
  thread: string;
  message: string;
}): string {
  const at = new Date(line.at).toISOString().slice(0, 23);
  return `${at} ${line.level.padStart(7)} ${line.process}::${line.thread} -> ${line.message}`;
}
