import { type ReactNode, useEffect, useState } from 'react';
import { type CommandId, chordKeys, command } from '../../shared/commands.ts';
import { isMac } from '../keyboard.ts';
import { timeTitle, utc, utcDate } from './format.ts';

/** A time in UTC; local on hover. */
export function Time({ at, none = '–' }: { at: number | null; none?: string }) {
  if (at === null) return <span className="dim">{none}</span>;
  return (
    <time
      // Worked out when asked for: a table shows hundreds of times.
      onMouseEnter={(event) => {
        event.currentTarget.title = timeTitle(at);
      }}
    >
      {utc(at)}
    </time>
  );
}

/** A day in UTC; the full time on hover. */
export function Day({ at }: { at: number | null }) {
  if (at === null) return <span className="dim">–</span>;
  return (
    <time
      onMouseEnter={(event) => {
        event.currentTarget.title = timeTitle(at);
      }}
    >
      {utcDate(at)}
    </time>
  );
}

/** The keys of a command. */
export function Keys({ of, chord }: { of?: CommandId; chord?: string }) {
  const shown = chord ?? (of === undefined ? undefined : command(of).keys[0]);
  if (shown === undefined) return null;
  return (
    <span className="kbd" aria-hidden="true">
      {chordKeys(shown, isMac).map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}

/** What to do next, and the button to do it. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
      {action === undefined ? null : <div className="row">{action}</div>}
    </div>
  );
}

/** True once `waiting` has lasted 150 ms: quick answers show no skeleton. */
export function useSlow(waiting: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!waiting) {
      setSlow(false);
      return;
    }
    const timer = setTimeout(() => setSlow(true), 150);
    return () => clearTimeout(timer);
  }, [waiting]);
  return slow;
}

/** Lines where text will be. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const slow = useSlow(true);
  if (!slow) return null;
  return (
    <div className="stack" role="status" aria-label="Loading" style={{ padding: 16, gap: 14 }}>
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity
        <div key={i} className="skeleton" style={{ width: `${90 - ((i * 17) % 45)}%` }} />
      ))}
    </div>
  );
}

/** A thin bar. `of` null: how far is unknown, and only the numbers tell. */
export function Bar({
  done,
  of,
  tone,
  label,
}: {
  done: number;
  of: number | null;
  tone?: string;
  label: string;
}) {
  if (of === null || of === 0) return <span className="dim">–</span>;
  const part = Math.min(1, done / of);
  return (
    <div
      className="bar"
      data-tone={tone}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(part * 100)}
    >
      <i style={{ width: `${part * 100}%` }} />
    </div>
  );
}
