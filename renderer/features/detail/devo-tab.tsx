import { Button } from '@mantine/core';
import type { RecordDetailView } from '../../../shared/views/record.ts';
import { call } from '../../bridge.ts';
import { useDestinations } from '../../state/engine.ts';
import { go } from '../../state/navigation.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Empty, Skeleton } from '../../ui/parts.tsx';
import { takes } from '../deliver/taken.ts';
import { RowDiff } from './row-diff.tsx';
import { useAsked } from './use-detail.ts';
import { WireBytes } from './wire-bytes.tsx';

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
  const preview = loaded.value;
  return (
    <>
      {preview.blocked === null ? null : (
        <div className="note" data-kind="warning">
          <span className="note-title">Not sendable here.</span> {preview.blocked}
        </div>
      )}
      <WireBytes preview={preview} />
    </>
  );
}
