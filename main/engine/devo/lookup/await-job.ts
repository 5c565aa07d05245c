import { SluiceError, toFailure } from '../../../../shared/errors.ts';
import type { Clock } from '../../ports.ts';
import { seconds } from '../connection.ts';
import type { LookupsApi } from './lookups-api.ts';

/** The first looks at a job come quickly, then ever more slowly up to the set period. */
const FIRST_LOOK_MS = 200;
const SLOWER = 1.6;
/** A job that the server does not know for so many looks in a row, and for so many periods, is lost. */
const LOST_AFTER = 5;

export interface AwaitJobOptions {
  api: LookupsApi;
  lookup: string;
  /** From the upload's answer; null looks for a job that was not there before. */
  job: string | null;
  before: readonly string[];
  pollMs: number;
  /** `Clock.monotonic` by which it must have ended. */
  deadline: number;
  timeoutMs: number;
  clock: Clock;
  signal: AbortSignal;
  /** What is being waited for. */
  onState: (text: string) => void;
}

/**
 * Waits until the job has ended well. Rejects when it failed (`devo.lookup-job-failed`, with the server's text), is lost, or takes too long;
 * a request that fails on the way is asked again.
 */
export async function awaitJob(options: AwaitJobOptions): Promise<void> {
  const { api, lookup, clock, signal, onState, deadline } = options;
  let { job } = options;
  let unknown = 0;
  let unknownSince = clock.monotonic();
  let said = '';
  let trouble = '';
  for (let wait = Math.min(FIRST_LOOK_MS, options.pollMs); ; wait = Math.min(options.pollMs, wait * SLOWER)) {
    await clock.sleep(Math.min(wait, Math.max(0, deadline - clock.monotonic())), signal);
    try {
      job ??= (await api.jobs(signal)).find((id) => !options.before.includes(id)) ?? null;
      const state = job === null ? null : await api.job(job, signal);
      trouble = '';
      if (state === null) unknown += 1;
      else {
        unknown = 0;
        unknownSince = clock.monotonic();
        if (state.state === 'done') return;
        if (state.state === 'failed') throw jobFailed(lookup, job, state.word, state.text);
        const line = `job ${job}: ${state.word}`;
        if (line !== said) onState(line);
        said = line;
      }
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (signal.aborted || !failure.retryable || failure.code === JOB_FAILED) throw thrown;
      trouble = ` ${failure.message}`;
    }
    const unknownMs = clock.monotonic() - unknownSince;
    if (unknown >= LOST_AFTER && unknownMs >= LOST_AFTER * options.pollMs) throw jobLost(lookup, job);
    if (clock.monotonic() >= deadline) throw jobLate(lookup, job, options.timeoutMs, said + trouble);
  }
}

const JOB_FAILED = 'devo.lookup-job-failed';

function jobFailed(lookup: string, job: string | null, word: string, text: string): SluiceError {
  return new SluiceError({
    code: JOB_FAILED,
    message: `Devo could not change the lookup ${lookup}: the job ended as ${word}${text === '' ? '.' : `: ${text}`}`,
    remedy: 'Compare the columns of the lookup in Devo with those of the destination.',
    retryable: true,
    details: { job },
  });
}

function jobLost(lookup: string, job: string | null): SluiceError {
  return new SluiceError({
    code: 'devo.lookup-job-lost',
    message:
      job === null
        ? `The rows for the lookup ${lookup} were taken, but Devo shows no job for them, so nobody knows what became of them.`
        : `Devo does not know the job ${job} of the lookup ${lookup} any more, so nobody knows what became of it.`,
    retryable: true,
    details: { job },
  });
}

function jobLate(lookup: string, job: string | null, ms: number, said: string): SluiceError {
  return new SluiceError({
    code: 'devo.lookup-job-timeout',
    message: `The job for the lookup ${lookup} has not ended within ${seconds(ms)}${said === '' ? '.' : ` (${said.trim()}).`}`,
    remedy: 'Forward again: the same rows are sent once more, which changes nothing where they have arrived.',
    retryable: true,
    details: { job },
  });
}
