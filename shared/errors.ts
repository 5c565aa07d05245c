/**
 * The one shape in which anything that went wrong crosses a room, a process or the screen.
 * `type` and `id` are the collectors' own (seeds 003 and 000, troubleshooting tables); both are null where the seeds have no row.
 */
export interface Failure {
  /** Stable, machine-readable, dotted: `taxii.unauthorized`, `devo.certificate-expired`, `store.newer`. */
  code: string;
  /** The seeds' error type, e.g. `PullError`. */
  type: string | null;
  /** The seeds' error id, e.g. 301. */
  id: number | null;
  /** One clear sentence. Never contains a secret. */
  message: string;
  /** Why it happened, where the seeds or we know. */
  cause: string | null;
  /** What to do next. */
  remedy: string | null;
  /** Whether trying the same again later can help. */
  retryable: boolean;
  /** Small JSON facts: status, url without credentials, file, title of the server's error. */
  details: Readonly<Record<string, string | number | boolean | null>>;
}

export type FailureInput = Pick<Failure, 'code' | 'message'> & Partial<Omit<Failure, 'code' | 'message'>>;

/** Fills what was not said with the quiet defaults. */
export function failure(input: FailureInput): Failure {
  return { type: null, id: null, cause: null, remedy: null, retryable: false, details: {}, ...input };
}

/** An Error that carries a {@link Failure}; everything thrown on purpose is one of these. */
export class SluiceError extends Error {
  readonly failure: Failure;
  constructor(input: FailureInput, options?: { cause?: unknown }) {
    super(input.message, options);
    this.name = 'SluiceError';
    this.failure = failure(input);
  }
}

/** Any thrown value as a Failure. What was not thrown on purpose becomes `internal`, marked not retryable. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof SluiceError) return thrown.failure;
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return failure({ code: 'cancelled', message: 'Cancelled.', retryable: true });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return failure({
    code: 'internal',
    message: message === '' ? 'Something failed without saying what.' : message,
  });
}

/** `PullError 301: …` as the log and the command line print it. */
export function failureLine(f: Failure): string {
  const head = f.type === null ? '' : `${f.type}${f.id === null ? '' : ` ${f.id}`}: `;
  return head + f.message;
}
