import { Button } from '@mantine/core';
import { Fragment, useEffect, useState } from 'react';
import type { Failure } from '../../../shared/errors.ts';
import { call, failureOf } from '../../bridge.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { bytes, count } from '../../ui/format.ts';
import { Skeleton } from '../../ui/parts.tsx';
import { visibleBytes } from '../../ui/visible-text.ts';

/** Bytes asked for at a time. */
const STEP = 32_768;

interface Shown {
  data: Uint8Array;
  end: boolean;
  total: number | null;
}

const decode = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

/** The exact CSV or messages of a whole hand-over to a lookup, piece by piece. */
export function UploadBytes({ destination }: { destination: string }) {
  const [shown, setShown] = useState<Shown>({ data: new Uint8Array(), end: false, total: null });
  const [wanted, setWanted] = useState(STEP);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { length } = shown.data;

  useEffect(() => {
    if (shown.end || length >= wanted) return;
    let live = true;
    call('forward.upload', { destination, offset: length, length: STEP }).then(
      (piece) => {
        if (!live) return;
        const data = decode(piece.bytes);
        // Nothing more than before is an end, whatever the answer says.
        const end = piece.end || data.length === 0;
        setShown((old) => ({ data: joined(old.data, data), end, total: piece.total }));
      },
      (thrown: unknown) => {
        if (live) setFailure(failureOf(thrown));
      },
    );
    return () => {
      live = false;
    };
  }, [destination, length, shown.end, wanted]);

  if (failure !== null) return <FailureNote failure={failure} />;
  if (length === 0 && !shown.end) return <Skeleton lines={4} />;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="bytes upload-bytes" tabIndex={0} aria-label={`Exact bytes for ${destination}`}>
        {visibleBytes(shown.data).map((span, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: spans of one text never move
          <Fragment key={i}>
            <span className={span.kind === 'hidden' ? 'hidden-char' : undefined}>{span.text}</span>
            {/* A line feed is shown as what it is, and ends the line as well. */}
            {span.kind === 'hidden' && span.text.endsWith('LF›') ? '\n' : null}
          </Fragment>
        ))}
      </section>
      <p className="row">
        <span className="dim">
          {shown.end
            ? `${count(length)} bytes in all.`
            : `The first ${bytes(length)}${shown.total === null ? '' : ` of ${bytes(shown.total)}`}.`}
        </span>
        {shown.end ? null : (
          <Button size="compact-xs" onClick={() => setWanted(length + STEP)}>
            Show more
          </Button>
        )}
      </p>
    </>
  );
}
