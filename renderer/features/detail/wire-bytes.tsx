import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { WirePreviewView } from '../../../shared/views/record.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { bytes, count, countOf } from '../../ui/format.ts';
import { visibleBytes } from '../../ui/visible-text.ts';

/** Shown at first of a long message, bytes. */
const FIRST = 32_768;
/** Messages of one record shown at first, and more at a time. */
const AT_ONCE = 20;

type Span = readonly [from: number, to: number];

/** The bytes of a record on the wire: one message, or each of several by itself. */
export function WireBytes({ preview }: { preview: WirePreviewView }) {
  const { messages, obfuscated, length } = preview;
  const [most, setMost] = useState(AT_ONCE);
  const data = useMemo(() => decode(preview.bytes), [preview.bytes]);
  const several = messages.length > 1;
  const shown: readonly Span[] = several ? messages.slice(0, most) : [[0, data.length]];
  const left = several ? messages.length - shown.length : 0;
  return (
    <>
      <div className="row wrap">
        {preview.tag === '' ? null : (
          <span className="copy">
            <span className="dim">Tag</span> <code>{preview.tag}</code>
            <CopyButton text={preview.tag} what="the tag" />
          </span>
        )}
        <div className="row wire-size">
          <span>
            {several ? <strong>{countOf(messages.length, 'message')} </strong> : null}
            <span className="dim">
              {length < 1000 ? '' : `${bytes(length)}, `}
              {count(length)} bytes on the wire
              {obfuscated.length === 0 ? '' : `, ${countOf(obfuscated.length, 'value')} obfuscated`}
            </span>
          </span>
          <span className="spread">
            <CopyText data={data} what={several ? 'all messages' : 'the message'} />
          </span>
        </div>
      </div>
      {shown.map((span, n) => (
        <Message
          key={span[0]}
          data={data}
          span={span}
          obfuscated={obfuscated}
          place={several ? { n: n + 1, of: messages.length } : null}
          destination={preview.destination}
        />
      ))}
      {left > 0 ? (
        <ShowButton onShow={() => setMost(most + AT_ONCE)}>
          {left > AT_ONCE
            ? `Show the next ${AT_ONCE} of ${count(left)} more messages`
            : `Show the last ${countOf(left, 'message')}`}
        </ShowButton>
      ) : null}
    </>
  );
}

function Message({
  data,
  span: [from, to],
  obfuscated,
  place,
  destination,
}: {
  data: Uint8Array;
  span: Span;
  obfuscated: readonly Span[];
  /** Which of several it is. */
  place: { n: number; of: number } | null;
  destination: string;
}) {
  const [whole, setWhole] = useState(false);
  const own = useMemo(() => data.subarray(from, to), [data, from, to]);
  const shown = whole ? own : own.subarray(0, FIRST);
  const spans = useMemo(
    () =>
      visibleBytes(
        shown,
        obfuscated.flatMap(([start, end]): [number, number][] =>
          start >= from && end <= to ? [[start - from, end - from]] : [],
        ),
      ),
    [shown, obfuscated, from, to],
  );
  const which = place === null ? '' : ` of message ${place.n}`;
  return (
    <>
      {place === null ? null : (
        <div className="row message-head">
          <h4>
            Message {count(place.n)} of {count(place.of)}
          </h4>
          <span className="dim">{count(own.length)} bytes</span>
          <span className="spread">
            <CopyText data={own} what={`message ${place.n}`} />
          </span>
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="bytes" tabIndex={0} aria-label={`Exact bytes${which} for ${destination}`}>
        {spans.map((part, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: spans of one text never move
          <ByteSpan key={i} {...part} />
        ))}
      </section>
      {shown.length < own.length ? (
        <ShowButton onShow={() => setWhole(true)}>
          Show the remaining {bytes(own.length - shown.length)}
        </ShowButton>
      ) : null}
    </>
  );
}

/** It may go with what it shows: the focus goes back to what stands before it, where the keyboard reads on. */
function ShowButton({ onShow, children }: { onShow: () => void; children: React.ReactNode }) {
  return (
    <Button
      variant="subtle"
      size="compact-xs"
      onClick={({ currentTarget: { previousElementSibling: before } }) => {
        if (before instanceof HTMLElement) before.focus({ preventScroll: true });
        onShow();
      }}
    >
      {children}
    </Button>
  );
}

function CopyText({ data, what }: { data: Uint8Array; what: string }) {
  const text = useMemo(() => new TextDecoder().decode(data), [data]);
  return <CopyButton text={text} what={what} />;
}

function ByteSpan({ text, kind, marked }: { text: string; kind: 'plain' | 'hidden'; marked: boolean }) {
  const shown = kind === 'hidden' ? <span className="hidden-char">{text}</span> : text;
  return marked ? <mark title="Obfuscated">{shown}</mark> : shown;
}

function decode(base64: string): Uint8Array {
  const text = atob(base64);
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) out[i] = text.charCodeAt(i);
  return out;
}
