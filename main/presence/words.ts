/** `1 record`, `2,141 records`. */
export function countOf(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}

const UNSEEN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu;
const LONGEST = 200;

/**
 * Text from a server as a menu or a notification may show it: one line, nothing unseen. Some of Linux' notification servers read markup, so
 * that its signs are shown as ones that only look like them.
 */
export function plainLine(text: string): string {
  const line = text
    .replace(UNSEEN, ' ')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll('&', '＆')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1).toWellFormed()}…` : line;
}

/** How long from now, to the minute: `in 5 min`, `in 2 h 10 min`, `now`. */
export function fromNow(at: number, now: number): string {
  const minutes = Math.round((at - now) / 60_000);
  if (minutes < 1) return 'now';
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `in ${rest} min`;
  return rest === 0 ? `in ${hours} h` : `in ${hours} h ${rest} min`;
}

/** The time of day on this computer, `07:00`. */
export function timeOfDay(at: number): string {
  const day = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(day.getHours())}:${two(day.getMinutes())}`;
}
