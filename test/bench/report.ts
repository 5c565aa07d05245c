/** The bench's table: every line beside its floor and its goal. */

let missed = 0;

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

type Measured =
  | { ours: number; floor: number; goal: number; ok: boolean }
  | { value: number; goal: number; unit?: string };

/** One line. Ratios to the floor where there is one; else a value and its bound. */
export function row(name: string, measured: Measured): void {
  const [value, shown] =
    'floor' in measured
      ? [
          measured.ours / measured.floor,
          `${(measured.ours / measured.floor).toFixed(2)}× the floor (${measured.ours.toFixed(0)} ms, floor ${measured.floor.toFixed(0)} ms)`,
        ]
      : [
          measured.value,
          `${measured.value < 10 ? measured.value.toFixed(2) : measured.value.toFixed(0)}${measured.unit ?? ''}`,
        ];
  const complete = 'ok' in measured ? measured.ok : true;
  const good = complete && value <= measured.goal;
  if (!good) missed += 1;
  console.log(
    `${good ? 'reached' : 'MISSED '}  ${name.padEnd(46)} ${shown}; goal ≤ ${measured.goal}${complete ? '' : '; NOT COMPLETE'}`,
  );
}

export function missedGoals(): number {
  return missed;
}
