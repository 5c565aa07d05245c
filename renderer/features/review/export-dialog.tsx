import { Button, SegmentedControl } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { leftOutWords } from '../../../shared/export-words.ts';
import type { Selection } from '../../../shared/records.ts';
import {
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportPlanView,
  type ExportRunView,
  type LeftOut,
} from '../../../shared/views/export.ts';
import { call } from '../../bridge.ts';
import { beginExport, cancelExport, closeExport, useExport } from '../../state/export.ts';
import { prefer, usePreferences } from '../../state/preferences.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { bytes, count, countOf } from '../../ui/format.ts';
import { Bar, Skeleton, useSlow } from '../../ui/parts.tsx';
import { useAsked } from '../detail/use-detail.ts';

const FORMATS: Readonly<Record<ExportFormat, { label: string; says: string }>> = {
  stix: {
    label: 'STIX 2.1 bundle',
    says: 'One bundle with every STIX object, byte for byte as the server wrote it.',
  },
  jsonl: { label: 'JSON lines', says: 'One line a record of every kind, as the server wrote it.' },
  csv: {
    label: 'CSV',
    says: 'One line a record with the columns of the table. An apostrophe goes before what a spreadsheet would run as a formula.',
  },
};

const WHY: Readonly<Record<LeftOut, string>> = {
  manifest: 'not STIX objects',
  cewl: 'not STIX objects',
  event: 'not STIX objects',
  problem: 'the Problems tab says which',
  removed: 'by a clean-up',
};

/** What is selected out to a file: what goes in, what stays out and why, where to; then progress and the file. */
export function ExportDialog({ selection }: { selection: Selection }) {
  const format = usePreferences((p) => EXPORT_FORMATS.find((f) => f === p.exportFormat) ?? 'stix');
  const [tries, setTries] = useState(1);
  const asked = useAsked(() => call('export.plan', { selection }), [selection, tries]);
  const run = useExport((s) => s.run);
  const [begun, setBegun] = useState(false);
  const go = useRef<HTMLButtonElement>(null);
  const close = useRef<HTMLButtonElement>(null);
  const plan = asked.state === 'failed' ? null : asked.value;
  const chosen = plan?.formats.find((f) => f.format === format);
  const running = run?.state === 'running';
  const shown = begun || running ? run : null;
  const ready = chosen !== undefined && chosen.records > 0;
  const planned = plan !== null;

  // The button that had the focus may be gone: what can be done next has it, so that Enter goes on and the keyboard is never lost.
  // biome-ignore lint/correctness/useExhaustiveDependencies: buttons come and go where an export begins and ends
  useEffect(() => {
    if (!planned) return;
    const next = go.current;
    (next === null || next.disabled ? close : go).current?.focus();
  }, [planned, running]);
  const start = () => {
    setBegun(true);
    void beginExport(selection, format, plan?.total ?? 0).then(setBegun);
  };
  return (
    <Dialog
      title={plan === null ? 'Export' : `Export ${countOf(plan.total, 'record')}`}
      size={620}
      onClose={closeExport}
    >
      <div className="stack export">
        <SegmentedControl
          aria-label="Format"
          fullWidth
          data={EXPORT_FORMATS.map((value) => ({ value, label: FORMATS[value].label }))}
          value={format}
          disabled={running}
          onChange={(value) => {
            prefer({ exportFormat: EXPORT_FORMATS.find((f) => f === value) ?? 'stix' });
            setBegun(false);
          }}
        />
        <p>{FORMATS[format].says}</p>
        {asked.state === 'failed' ? (
          <FailureNote
            failure={asked.failure}
            action={<Button onClick={() => setTries(tries + 1)}>Try again</Button>}
          />
        ) : plan === null || chosen === undefined ? (
          <Skeleton lines={3} />
        ) : (
          <What plan={plan} format={chosen} />
        )}
        {shown === null ? null : <Run run={shown} />}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button ref={close} onClick={closeExport}>
            Close
          </Button>
          {running ? (
            <Button onClick={cancelExport}>Cancel the export</Button>
          ) : shown?.state === 'done' ? null : (
            <Button ref={go} variant="filled" disabled={!ready} onClick={start}>
              {ready
                ? `Export ${countOf(chosen.records, 'record')}`
                : planned
                  ? 'Nothing to export'
                  : 'Export'}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function What({ plan, format }: { plan: ExportPlanView; format: ExportPlanView['formats'][number] }) {
  return (
    <dl className="facts">
      <dt>In the file</dt>
      <dd>
        {format.records === 0 ? 'None' : countOf(format.records, 'record')}
        {format.records === 0 || format.format === 'csv' ? '' : `, ${bytes(format.bytes)}`}
      </dd>
      <dt>Left out</dt>
      <dd>
        {format.leftOut.length === 0 ? (
          'None'
        ) : (
          <ul>
            {format.leftOut.map(({ reason, records }) => (
              <li key={reason}>
                {count(records)} {leftOutWords(reason, records)} <span className="dim">– {WHY[reason]}</span>
              </li>
            ))}
          </ul>
        )}
      </dd>
      <dt>Goes to</dt>
      <dd>
        a new file in <code>{plan.folder}</code>, readable by you only
      </dd>
      <dt>Obfuscation</dt>
      <dd>Not applied. It hides values from Devo; in this file they are as the server sent them.</dd>
    </dl>
  );
}

function Run({ run }: { run: ExportRunView }) {
  const slow = useSlow(run.state === 'running');
  if (run.failure !== null) return <FailureNote failure={run.failure} />;
  if (run.state === 'running')
    return slow ? (
      <div className="export-progress">
        <span>
          {count(run.done)} of {countOf(run.total, 'record')}, {bytes(run.bytes)} written
        </span>
        <Bar done={run.done} of={run.total} label="Export" />
      </div>
    ) : null;
  return (
    <div className="note" data-kind="info" role="status">
      {run.state === 'cancelled' ? (
        <span className="note-title">Cancelled. No file was left.</span>
      ) : (
        <>
          <span className="note-title">
            Exported {countOf(run.written, 'record')}, {bytes(run.bytes)}.
          </span>
          <div className="row export-file">
            <code>{run.file}</code>
            <CopyButton text={run.file} what="the file's path" />
          </div>
        </>
      )}
    </div>
  );
}
