import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { RecordDetailView } from '../../../shared/views/record.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { bytes } from '../../ui/format.ts';
import { tokens } from '../../ui/json-text.ts';
import { Empty } from '../../ui/parts.tsx';
import { JsonLines, TokenText } from './json-lines.tsx';

/** Highlighting stops here; the rest of a longer text is shown plain. Characters. */
const HIGHLIGHTED = 60_000;

/** The server's own text: laid out and foldable, or exactly as received. */
export function TextTab({ detail }: { detail: RecordDetailView }) {
  const [mode, setMode] = useState<'folded' | 'received'>('folded');
  if (detail.raw === '')
    return (
      <Empty title="The text was removed">
        <p>
          The time it is kept for was over (Settings, Retention). It had {bytes(detail.row.bytes)}; what was
          decided and handed over stays.
        </p>
      </Empty>
    );
  return (
    <div className="text-tab">
      <div className="row">
        <SegmentedControl
          aria-label="How to show the text"
          data={[
            { value: 'folded', label: 'Laid out' },
            { value: 'received', label: 'As received' },
          ]}
          value={mode}
          onChange={(value) => setMode(value === 'received' ? 'received' : 'folded')}
        />
        <span className="dim">{bytes(detail.row.bytes)}</span>
        <span className="spread">
          <CopyButton text={detail.raw} what="the server's text" />
        </span>
      </div>
      {detail.rawTruncated ? (
        <div className="note" data-kind="warning">
          Only the first 1 MB is shown here. What is handed over is the whole text.
        </div>
      ) : null}
      {mode === 'folded' ? <JsonLines text={detail.raw} /> : <Received text={detail.raw} />}
    </div>
  );
}

function Received({ text }: { text: string }) {
  const head = useMemo(() => tokens(text.slice(0, HIGHLIGHTED)), [text]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="bytes" tabIndex={0} aria-label="The server's text as received">
      {head.map((token, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: tokens of one text never move
        <TokenText key={i} token={token} />
      ))}
      {text.slice(HIGHLIGHTED)}
    </section>
  );
}
