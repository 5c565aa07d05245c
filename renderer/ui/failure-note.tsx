import type { ReactNode } from 'react';
import { type Failure, failureLine } from '../../shared/errors.ts';
import { VisibleText } from './visible-text.tsx';

/** What failed, why, and what to do: with the collectors' error type and id. */
export function FailureNote({ failure, action }: { failure: Failure; action?: ReactNode }) {
  return (
    <div className="note" data-kind="error" role="alert">
      <div className="note-title">
        <VisibleText text={failureLine(failure)} />
      </div>
      {failure.cause === null && failure.remedy === null ? null : (
        <dl>
          {failure.cause === null || failure.cause === failure.message ? null : (
            <>
              <dt>Cause</dt>
              <dd>
                <VisibleText text={failure.cause} />
              </dd>
            </>
          )}
          {failure.remedy === null ? null : (
            <>
              <dt>What to do</dt>
              <dd>
                <VisibleText text={failure.remedy} />
              </dd>
            </>
          )}
        </dl>
      )}
      {action === undefined ? null : (
        <div className="row" style={{ marginTop: 8 }}>
          {action}
        </div>
      )}
    </div>
  );
}
