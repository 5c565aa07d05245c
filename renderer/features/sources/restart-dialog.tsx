import { Button } from '@mantine/core';
import type { PersistenceView, ResetPreview } from '../../../shared/views/source.ts';
import { call } from '../../bridge.ts';
import { attempt, say } from '../../state/notices.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { count, countOf } from '../../ui/format.ts';
import { Skeleton, Time } from '../../ui/parts.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';
import { useAsked } from '../detail/use-detail.ts';

/** What a restart would do, before it is done. */
export function RestartDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const asked = useAsked(() => call('sources.resetPreview', { name }), [name]);
  const restart = () =>
    attempt(`${name} could not be restarted`, async () => {
      await call('sources.reset', { name });
      onClose();
      say(`${name} begins anew with its next pull. Its page can undo that.`);
    });
  return (
    <Dialog title={`Restart ${name}?`} size={560} onClose={onClose}>
      <div className="stack">
        {asked.state === 'failed' ? (
          <FailureNote failure={asked.failure} />
        ) : asked.value === null ? (
          <Skeleton />
        ) : (
          <Preview preview={asked.value} />
        )}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button data-autofocus onClick={onClose}>
            Go on as before
          </Button>
          <Button variant="filled" onClick={restart} disabled={asked.state === 'failed'}>
            Restart
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Preview({ preview }: { preview: ResetPreview }) {
  const { persistence, from, reached, records, handedOver, skips, feeds } = preview;
  return (
    <>
      {persistence.waiting ? (
        <p>
          <code>{persistence.setting}</code> was changed from <Value of={persistence.made} /> to{' '}
          <Value of={persistence.configured} />.
        </p>
      ) : null}
      <dl className="facts">
        <dt>Next pull begins</dt>
        <dd>{from === null ? 'at the very beginning' : <UtcTime at={from} />}</dd>
        <dt>Instead of</dt>
        <dd>
          {reached === null ? (
            <span className="dim">the beginning: nothing is certain yet</span>
          ) : (
            <UtcTime at={reached} />
          )}
          {feeds.length > 1 ? (
            <span className="dim"> (the furthest behind of {countOf(feeds.length, 'collection')})</span>
          ) : null}
        </dd>
        <dt>Comes again</dt>
        {records === 0 ? (
          <dd>no record</dd>
        ) : (
          <dd>
            up to {countOf(records, 'record')}, {count(handedOver)} of them handed over
          </dd>
        )}
        <dt>Sent again</dt>
        <dd>{records === 0 ? 'no record' : 'none of these'}</dd>
      </dl>
      {skips ? (
        <div className="note" data-kind="warning">
          What was added between <UtcTime at={reached} /> and <UtcTime at={from} /> is never pulled.
        </div>
      ) : null}
      <p className="dim">
        Records that are here are known by id and version: they keep their decisions and are not sent again.
        What the server changed since comes as a new version. Where the source stands now is kept, so that the
        restart can be undone.
      </p>
    </>
  );
}

function UtcTime({ at }: { at: number | null }) {
  return (
    <span className="nowrap">
      <Time at={at} /> UTC
    </span>
  );
}

function Value({ of }: { of: string | null }) {
  return of === null || of === '' ? (
    <span className="dim">nothing</span>
  ) : (
    <code>
      <VisibleText text={of} />
    </code>
  );
}

/** What the source's page says of its persistence: a restart that waits, or one that can be undone. */
export function PersistenceNote({
  name,
  persistence,
  running,
  onRestart,
}: {
  name: string;
  persistence: PersistenceView;
  running: boolean;
  onRestart: () => void;
}) {
  const undo = () =>
    attempt('The restart could not be undone', async () => {
      await call('sources.undoReset', { name });
      say(`${name} goes on where it stood before the restart.`);
    });
  if (persistence.waiting) {
    return (
      <div className="note row wrap" data-kind="warning" role="status">
        <span>
          <span className="note-title">A restart waits for you.</span> <code>{persistence.setting}</code> was
          changed from <Value of={persistence.made} /> to <Value of={persistence.configured} />; pulls go on
          where the last one ended.
        </span>
        <Button size="compact-sm" className="spread" disabled={running} onClick={onRestart}>
          See what a restart does
        </Button>
      </div>
    );
  }
  if (persistence.undo === null) return null;
  return (
    <div className="note row wrap" data-kind="info" role="status">
      <span>
        Restarted <UtcTime at={persistence.undo} />. Where it stood before is kept.
      </span>
      <Button size="compact-sm" className="spread" disabled={running} onClick={undo}>
        Undo the restart
      </Button>
    </div>
  );
}
