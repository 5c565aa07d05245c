/** Epoch ms of `YYYY-MM-DDTHH:MM:SSZ` or `YYYY-MM-DD HH:MM:SS`, both UTC; null for anything else and for days that do not exist. */
export function parsePollDatetime(text: string): number | null {
  const m = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})Z| (\d{2}:\d{2}:\d{2}))$/.exec(text);
  if (m === null) return null;
  const iso = `${m[1]}T${m[2] ?? m[3]}`;
  const ms = Date.parse(`${iso}Z`);
  // Date.parse takes 31 February for 3 March: the text must come back as it went in.
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== iso ? null : ms;
}
