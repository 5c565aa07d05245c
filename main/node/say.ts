import { type Failure, failureLine } from '../../shared/errors.ts';
import { oneLine } from '../engine/log/log-line.ts';

/** One line on stdout: results. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One line on stderr: what went wrong and everything that is not a result. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A failure, why it happened, and what to do about it. */
export function tellFailure(failure: Failure, about?: string): void {
  tell(`${about === undefined ? '' : `${about}: `}${oneLine(failureLine(failure))}`);
  if (failure.cause !== null && failure.cause !== failure.message) tell(`  ${oneLine(failure.cause)}`);
  if (failure.remedy !== null) tell(`  ${oneLine(failure.remedy)}`);
}

const COUNT = new Intl.NumberFormat('en-US');

/** 24,771 */
export function counted(n: number): string {
  return COUNT.format(n);
}

/** `1 record`, `24,771 records`. */
export function records(n: number): string {
  return `${counted(n)} record${n === 1 ? '' : 's'}`;
}

/** `512 bytes`, `1.7 kB`, `34.0 MB`: powers of 1000. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} byte${n === 1 ? '' : 's'}`;
  return n < 1_000_000 ? `${(n / 1000).toFixed(1)} kB` : `${(n / 1_000_000).toFixed(1)} MB`;
}

/** Writes honouring back-pressure, so that a preview of a million records does not grow the memory. */
export async function pour(chunk: Buffer | string): Promise<void> {
  if (process.stdout.write(chunk)) return;
  await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
}
