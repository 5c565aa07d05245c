import { Button, Checkbox, FileButton, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { CallOutput } from '../../../shared/contract.ts';
import type { Failure } from '../../../shared/errors.ts';
import type { ImportPreview } from '../../../shared/views/configuration.ts';
import { call, failureOf } from '../../bridge.ts';
import { attempt, say } from '../../state/notices.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { FormSection } from '../../ui/form-section.tsx';
import { countOf } from '../../ui/format.ts';
import { Skeleton } from '../../ui/parts.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';
import { useAsked } from '../detail/use-detail.ts';

type Format = 'yaml' | 'json';
const LARGEST_FILE = 500_000;

/** What is configured, out to a Devo collector and in from one. */
export function CollectorSection() {
  const [exporting, setExporting] = useState(false);
  const [importing, setImporting] = useState<string | null>(null);
  const read = (file: File | null) => {
    if (file === null) return;
    if (file.size > LARGEST_FILE) {
      say(`${file.name} is larger than any collector's file.`);
      return;
    }
    attempt('The file could not be read', async () => setImporting(await file.text()));
  };
  return (
    <FormSection
      title="Devo collector"
      hint="What is configured here also runs on Devo's Collector Server, or as a collector of your own."
    >
      <div className="row">
        <Button onClick={() => setExporting(true)}>Export the configuration</Button>
        <FileButton accept=".yaml,.yml,.json" onChange={read}>
          {(props) => <Button {...props}>Import a config.yaml</Button>}
        </FileButton>
      </div>
      {exporting ? <ExportDialog onClose={() => setExporting(false)} /> : null}
      {importing === null ? null : <ImportDialog text={importing} onClose={() => setImporting(null)} />}
    </FormSection>
  );
}

/** Shows the file without secrets. With them it is written by the host and never shown. */
function ExportDialog({ onClose }: { onClose: () => void }) {
  const [format, setFormat] = useState<Format>('yaml');
  const [withSecrets, setWithSecrets] = useState(false);
  const [written, setWritten] = useState<CallOutput<'config.export'> | null>(null);
  const preview = useAsked(() => call('config.preview', { format }), [format]);
  const shown = preview.state === 'failed' ? null : preview.value;
  const write = () =>
    attempt('The configuration could not be written', async () =>
      setWritten(await call('config.export', { format, withSecrets })),
    );
  return (
    <Dialog title="Export the configuration" size={760} onClose={onClose}>
      <div className="stack">
        <div className="row">
          <SegmentedControl
            aria-label="Format"
            data={[
              { value: 'yaml', label: 'config.yaml' },
              { value: 'json', label: 'Collector Server (JSON)' },
            ]}
            value={format}
            onChange={(value) => {
              setFormat(value === 'json' ? 'json' : 'yaml');
              setWritten(null);
            }}
          />
          {shown === null ? null : (
            <span className="spread">
              <CopyButton text={shown.text} what="the configuration without secrets" />
            </span>
          )}
        </div>
        {preview.state === 'failed' ? (
          <FailureNote failure={preview.failure} />
        ) : shown === null ? (
          <Skeleton />
        ) : (
          <>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
            <section className="config-text" tabIndex={0} aria-label="The file without secrets">
              <pre>
                {shown.text.split('\n').map((line, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name and never move
                  <div key={i}>{line === '' ? '\u00a0' : <VisibleText text={line} />}</div>
                ))}
              </pre>
            </section>
            {format === 'json' && shown.notes.length > 0 ? (
              <ul className="config-notes">
                {shown.notes.map((note) => (
                  <li key={note}>
                    <VisibleText text={note} />
                  </li>
                ))}
              </ul>
            ) : null}
          </>
        )}
        <Checkbox
          label="Write passwords and tokens into the file"
          description="They are in clear there. The file is readable by you only, and is not shown here."
          checked={withSecrets}
          onChange={(event) => {
            setWithSecrets(event.currentTarget.checked);
            setWritten(null);
          }}
        />
        {written === null ? null : (
          <div className="note" data-kind="info" role="status">
            <div className="row">
              <span className="note-title">Written.</span>
              <code className="clip">{written.file}</code>
              <CopyButton text={written.file} what="the file's path" />
            </div>
            {withSecrets ? `${countOf(written.secrets, 'secret')} in it. ` : null}
            {written.missing.length === 0
              ? null
              : `Not readable and left out: ${written.missing.join(', ')}.`}
          </div>
        )}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button onClick={onClose}>Close</Button>
          <Button variant="filled" onClick={write} disabled={written !== null}>
            {withSecrets ? 'Write the file with secrets' : 'Write the file'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function ImportDialog({ text, onClose }: { text: string; onClose: () => void }) {
  const asked = useAsked(() => call('config.importPreview', { text }), [text]);
  const [failed, setFailed] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const told = asked.state === 'failed' ? null : asked.value;
  const fresh = told?.entries.filter((entry) => !entry.taken) ?? [];
  const bring = async () => {
    setBusy(true);
    try {
      await call('config.import', { text });
      say(`Imported ${countOf(fresh.length, 'entry', 'entries')}.`);
      onClose();
    } catch (thrown) {
      setFailed(failureOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title="Import a configuration" size={620} onClose={onClose}>
      <div className="stack">
        {asked.state === 'failed' ? (
          <FailureNote failure={asked.failure} />
        ) : told === null ? (
          <Skeleton />
        ) : (
          <Entries preview={told} />
        )}
        {failed === null ? null : <FailureNote failure={failed} />}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button data-autofocus onClick={onClose}>
            Cancel
          </Button>
          <Button variant="filled" loading={busy} disabled={fresh.length === 0} onClick={() => void bring()}>
            {fresh.length === 0 ? 'Nothing to import' : `Import ${countOf(fresh.length, 'entry', 'entries')}`}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Entries({ preview }: { preview: ImportPreview }) {
  if (preview.entries.length === 0) return <p>The file defines no inputs and no outputs.</p>;
  return (
    <>
      <table className="import-table">
        <thead>
          <tr>
            <th>What</th>
            <th>Name</th>
            <th>Kind</th>
            <th>Secrets</th>
            <th>Imported</th>
          </tr>
        </thead>
        <tbody>
          {preview.entries.map((entry) => (
            <tr key={`${entry.what} ${entry.name}`}>
              <td>{entry.what === 'source' ? 'Source' : 'Destination'}</td>
              <td>
                <VisibleText text={entry.name} />
              </td>
              <td>{entry.kind}</td>
              <td>{entry.secrets.length === 0 ? <span className="dim">none</span> : entry.secrets.length}</td>
              <td>{entry.taken ? <span data-tone="held">no, the name is in use</span> : 'yes'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {preview.warnings.map((warning) => (
        <p key={warning} className="dim">
          <VisibleText text={warning} />
        </p>
      ))}
    </>
  );
}
