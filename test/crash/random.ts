/** Random numbers that a failure can be repeated with: the seed is printed, `CRASH_SEED` gives it back. */
export function seeded(what: string): () => number {
  const given = process.env.CRASH_SEED;
  const seed = given === undefined ? Date.now() % 1_000_000_007 : Number(given);
  process.stdout.write(`${what}: CRASH_SEED=${seed}\n`);
  let state = seed >>> 0;
  // Mulberry32.
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until the number has grown this far, or the command has ended. Points in the work, not in time: a slow machine kills at the same ones. */
export async function waitFor(number: () => number, least: number, ended: Promise<unknown>): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over && number() < least) await wait(1);
}
