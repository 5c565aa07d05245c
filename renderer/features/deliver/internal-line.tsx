import type { InternalView } from '../../../shared/views/destination.ts';
import { count, countOf } from '../../ui/format.ts';
import { Time } from '../../ui/parts.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';

const HELD: Readonly<Record<NonNullable<InternalView['held']>, string>> = {
  paused: 'waiting until schedules go on',
  offline: 'waiting for a network',
  asleep: 'waiting until the computer is awake',
  quiet: 'waiting until the quiet hours are over',
};

/** How Sluice's own log stands at a destination, in one line: what was sent last, what waits and why, what was dropped. */
export function InternalLine({ internal }: { internal: InternalView | null }) {
  if (internal === null) return <span className="dim">Not sent here</span>;
  const { sent, waiting, dropped, lastSentAt, held, failure, retryAt } = internal;
  return (
    <>
      {sent === 0 ? 'Nothing sent yet' : `${countOf(sent, 'message')} sent`}
      {lastSentAt === null ? null : (
        <>
          , last <Time at={lastSentAt} />
        </>
      )}
      {waiting > 0 ? `, ${count(waiting)} waiting` : ''}
      {dropped > 0 ? (
        <>
          , <span data-tone="held">{count(dropped)} dropped</span>
        </>
      ) : null}
      {held === null ? '' : `; ${HELD[held]}`}
      {failure === null ? null : (
        <>
          ;{' '}
          <span data-tone="failed">
            not sent: <VisibleText text={failure.message} />
          </span>
          {held === null && retryAt !== null ? (
            <>
              {' '}
              Next attempt <Time at={retryAt} />
            </>
          ) : null}
        </>
      )}
    </>
  );
}
