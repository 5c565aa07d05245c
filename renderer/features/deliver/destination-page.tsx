import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { CallOutput } from '../../../shared/contract.ts';
import { tlpLabel } from '../../../shared/tlp.ts';
import type { DestinationView, PreflightView } from '../../../shared/views/destination.ts';
import { call } from '../../bridge.ts';
import { go } from '../../state/navigation.ts';
import { attempt, say } from '../../state/notices.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { bytes, count, countOf } from '../../ui/format.ts';
import { destinationState, StateLabel } from '../../ui/state-label.tsx';
import { TlpChip } from '../../ui/tlp-chip.tsx';
import { visibleBytes } from '../../ui/visible-text.ts';
import { InternalLine } from './internal-line.tsx';
import { Preflight } from './preflight.tsx';
import { TagField } from './tag-field.tsx';
import { lookupOf } from './taken.ts';

/** Where exactly a destination is. */
function address(d: DestinationView): string {
  const s = d.settings;
  if (s.kind === 'devo-http') return `${s.endpoint} (domain ${s.domain})`;
  if (s.kind === 'devo-lookup') return `${s.baseUrl} (domain ${s.domain}, lookup ${s.lookup})`;
  return `${s.address}:${s.port}`;
}

const KINDS = {
  'devo-syslog': 'Syslog over TLS with a client certificate',
  'devo-http': 'HTTP ingestion, stream mode',
  'devo-relay': 'Plain TCP to a relay in the own network',
  'devo-lookup': 'Lookups REST API',
  'devo-lookup-legacy': 'Lookup messages over syslog and TLS',
} as const;

/** One destination: how it is, its certificates, a test event. */
export function DestinationPage({ destination }: { destination: DestinationView }) {
  const { settings } = destination;
  const lookup = lookupOf(settings);
  const { name } = settings;
  const [report, setReport] = useState<PreflightView | null>(null);
  const [asking, setAsking] = useState(false);
  const [removing, setRemoving] = useState(false);
  const preflight = () => {
    setAsking(true);
    attempt('The pre-flight could not be made', async () => {
      try {
        setReport(await call('destinations.preflight', { settings, secrets: {} }));
      } finally {
        setAsking(false);
      }
    });
  };
  const unchecked = destination.lastPreflight === null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when a page without a report is opened
  useEffect(() => {
    if (unchecked) preflight();
  }, []);
  const shown = report ?? destination.lastPreflight;
  return (
    <article className="page" aria-label={name}>
      <header className="page-head">
        <h2>{name}</h2>
        <StateLabel {...destinationState(destination)} />
        <div className="row spread page-actions">
          <Button onClick={preflight} loading={asking}>
            Pre-flight
          </Button>
          {destination.origin === 'config' ? null : (
            <>
              <Button onClick={() => go('deliver', 'destinations', name, 'edit')}>Edit</Button>
              <Button className="danger" onClick={() => setRemoving(true)}>
                Remove
              </Button>
            </>
          )}
        </div>
      </header>
      <dl className="facts source-facts">
        <dt>Kind</dt>
        <dd>{KINDS[settings.kind]}</dd>
        <dt>Address</dt>
        <dd>
          <code>{address(destination)}</code>
        </dd>
        {lookup === null ? null : (
          <>
            <dt>Lookup</dt>
            <dd>
              <code>{lookup.lookup}</code>, {countOf(lookup.columns.length, 'column')}, key{' '}
              <code>{lookup.columns[0]?.name}</code>;{' '}
              {lookup.update === 'full'
                ? 'replaced whole at every hand-over'
                : 'rows are added, changed and deleted'}
            </dd>
          </>
        )}
        <dt>Highest TLP</dt>
        <dd>{settings.maxTlp === 'red' ? 'Every record may go here' : <TlpChip tlp={settings.maxTlp} />}</dd>
        <dt>{lookup === null ? 'Records' : 'Rows'}</dt>
        <dd>
          {destination.queued > 0 ? `${count(destination.queued)} queued, ` : ''}
          {count(destination.inFlight)} in flight, {count(destination.handedOver)} handed over,{' '}
          <span data-tone={destination.failed > 0 ? 'failed' : undefined}>
            {count(destination.failed)} failed
          </span>
        </dd>
        {lookup === null ? (
          <>
            <dt>Sluice's own log</dt>
            <dd>
              <InternalLine internal={destination.internal} />
            </dd>
          </>
        ) : null}
        <dt>From</dt>
        <dd>
          {destination.origin === 'config'
            ? 'config.yaml (read-only here: change the file and start again)'
            : destination.origin === 'demo'
              ? 'the demo'
              : 'added here'}
        </dd>
      </dl>
      {settings.kind === 'devo-lookup-legacy' ? (
        <div className="note" data-kind="warning" style={{ marginTop: 16 }}>
          <span className="note-title">Devo announced the end of lookup messages for 1 January 2026.</span>{' '}
          The Lookups API is the supported way.
        </div>
      ) : null}
      {settings.kind === 'devo-relay' ? (
        <div className="note" data-kind="warning" style={{ marginTop: 16 }}>
          Records go to this relay in clear text. Only addresses on this computer or in a private network are
          allowed.
        </div>
      ) : null}
      <section className="section" aria-label="Pre-flight">
        <h2>
          {settings.kind === 'devo-syslog' || settings.kind === 'devo-lookup-legacy'
            ? 'Certificates'
            : 'Pre-flight'}
        </h2>
        {shown === null ? (
          <p className="dim">{asking ? 'Checking…' : 'Not checked yet.'}</p>
        ) : (
          <Preflight report={shown} />
        )}
      </section>
      {lookup === null ? <TestEvent name={name} /> : null}
      {removing ? (
        <RemoveDialog name={name} queued={destination.queued} onClose={() => setRemoving(false)} />
      ) : null}
      <p className="visually-hidden">{tlpLabel(settings.maxTlp)}</p>
    </article>
  );
}

function TestEvent({ name }: { name: string }) {
  const [tag, setTag] = useState('my.app.sluice.test');
  const [sending, setSending] = useState(false);
  const [result, setResult] = useState<CallOutput<'destinations.testEvent'> | null>(null);
  const send = () => {
    setSending(true);
    attempt('The test event could not be sent', async () => {
      try {
        setResult(await call('destinations.testEvent', { name, tag }));
      } finally {
        setSending(false);
      }
    });
  };
  const data = result === null ? null : Uint8Array.from(atob(result.bytes), (c) => c.charCodeAt(0));
  return (
    <section className="section" aria-label="Test event">
      <h2>Test event</h2>
      <div className="row test-event">
        <TagField label="Tag of the test event" value={tag} onChange={setTag} />
        <Button onClick={send} loading={sending}>
          Send a test event
        </Button>
      </div>
      {result === null || data === null ? null : (
        <div className="stack" role="status">
          {result.failure !== null ? (
            <FailureNote failure={result.failure} />
          ) : (
            <div className="note" data-kind="info">
              Handed over. Look for it in Devo under <code>{tag}</code>.
            </div>
          )}
          {data.length === 0 ? null : (
            <>
              <span className="dim">{bytes(data.length)} on the wire</span>
              <pre className="bytes">
                {visibleBytes(data).map((s, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: spans of one text never move
                  <span key={i} className={s.kind === 'hidden' ? 'hidden-char' : undefined}>
                    {s.text}
                  </span>
                ))}
              </pre>
            </>
          )}
        </div>
      )}
    </section>
  );
}

function RemoveDialog({ name, queued, onClose }: { name: string; queued: number; onClose: () => void }) {
  const remove = () =>
    attempt(`${name} could not be removed`, async () => {
      await call('destinations.remove', { name });
      onClose();
      say(`Removed the destination ${name}.`);
      go('deliver');
    });
  return (
    <Dialog title={`Remove ${name}?`} size={420} onClose={onClose}>
      <div className="stack">
        <p>
          Its settings and stored secrets are forgotten.
          {queued > 0 ? ` ${count(queued)} queued records are not handed over to it.` : ''}
        </p>
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button data-autofocus onClick={onClose}>
            Keep it
          </Button>
          <Button variant="filled" color="red" onClick={remove}>
            Remove
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
