import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { RecordDetailView, WirePreviewView } from '../../../shared/views/record.ts';
import { call } from '../../bridge.ts';
import { useDestinations } from '../../state/engine.ts';
import { go } from '../../state/navigation.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { bytes, count, countOf } from '../../ui/format.ts';
import { Empty, Skeleton } from '../../ui/parts.tsx';
import { visibleBytes } from '../../ui/visible-text.ts';
import { takes } from '../deliver/taken.ts';
import { RowDiff } from './row-diff.tsx';
import { useAsked } from './use-detail.ts';

/** Shown at first of a long message, bytes. */
const FIRST = 32_768;

/** Exactly what each destination would get for this record. */
export function DevoTab({ detail }: { detail: RecordDetailView }) {
  const destinations = useDestinations().filter((d) => takes(d.settings, detail.row.kind));
  const isRow = detail.row.kind === 'cewl';
  if (destinations.length === 0) {
    return (
      <Empty
        title={isRow ? 'No lookup yet' : 'No destination yet'}
        action={
          <Button variant="filled" onClick={() => go('deliver', 'new')}>
            Add a destination
          </Button>
        }
      >
        <p>
          {isRow
            ? 'Rows of the list go into a Devo lookup. With such a destination, the difference and the exact row are shown here.'
            : 'With a Devo destination, the exact bytes it would get are shown here.'}
        </p>
      </Empty>
    );
  }
  return destinations.map((d) => {
    const { name } = d.settings;
    const diff = detail.lookups.find((l) => l.destination === name);
    return (
      <section key={name} className="preview" aria-label={`For ${name}`}>
        <h3>{name}</h3>
        {diff === undefined ? null : <RowDiff key={detail.row.key} diff={diff} />}
        <Preview id={detail.row.key} destination={name} version={detail.row.decision} />
      </section>
    );
  });
}

function Preview({ id, destination, version }: { id: number; destination: string; version: string }) {
  const loaded = useAsked(
    () => call('records.preview', { key: id, destination }),
    [id, destination, version],
  );
  if (loaded.state === 'failed') return <FailureNote failure={loaded.failure} />;
  if (loaded.value === null) return <Skeleton lines={4} />;
  return <Bytes preview={loaded.value} />;
}

function decode(base64: string): Uint8Array {
  const text = atob(base64);
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) out[i] = text.charCodeAt(i);
  return out;
}

function Bytes({ preview }: { preview: WirePreviewView }) {
  const [whole, setWhole] = useState(false);
  const data = useMemo(() => decode(preview.bytes), [preview.bytes]);
  const shown = whole ? data : data.subarray(0, FIRST);
  const spans = useMemo(() => visibleBytes(shown, preview.obfuscated), [shown, preview.obfuscated]);
  const plain = useMemo(() => new TextDecoder().decode(data), [data]);
  return (
    <>
      {preview.blocked === null ? null : (
        <div className="note" data-kind="warning">
          <span className="note-title">Not sendable here.</span> {preview.blocked}
        </div>
      )}
      <div className="row wrap">
        {preview.tag === '' ? null : (
          <span className="copy">
            <span className="dim">Tag</span> <code>{preview.tag}</code>
            <CopyButton text={preview.tag} what="the tag" />
          </span>
        )}
        <span className="dim">
          {preview.length < 1000 ? '' : `${bytes(preview.length)}, `}
          {count(preview.length)} bytes on the wire
          {preview.obfuscated.length === 0
            ? ''
            : `, ${countOf(preview.obfuscated.length, 'value')} obfuscated`}
        </span>
        <span className="spread">
          <CopyButton text={plain} what="the message" />
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="bytes" tabIndex={0} aria-label={`Exact bytes for ${preview.destination}`}>
        {spans.map((span, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: spans of one text never move
          <ByteSpan key={i} {...span} />
        ))}
      </section>
      {shown.length < data.length ? (
        <Button variant="subtle" size="compact-xs" onClick={() => setWhole(true)}>
          Show the remaining {bytes(data.length - shown.length)}
        </Button>
      ) : null}
    </>
  );
}

function ByteSpan({ text, kind, marked }: { text: string; kind: 'plain' | 'hidden'; marked: boolean }) {
  const shown = kind === 'hidden' ? <span className="hidden-char">{text}</span> : text;
  return marked ? <mark title="Obfuscated">{shown}</mark> : shown;
}
