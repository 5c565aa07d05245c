import { CloseButton } from '@mantine/core';
import type { ProbeView } from '../../../shared/views/source.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { countOf } from '../../ui/format.ts';
import { VisibleText } from '../../ui/visible-text.tsx';

/** What was found, in one sentence. */
export function foundLine(probe: ProbeView): string {
  // Only TAXII has API roots; other kinds say it in their own words.
  if (probe.roots.length === 0) return probe.line;
  const readable = probe.collections.filter((c) => c.canRead).length;
  const unreadable = probe.collections.length - readable;
  const title = probe.serverTitle === null ? '' : `${probe.serverTitle}: `;
  const version = probe.version === null ? 'TAXII' : `TAXII ${probe.version}`;
  return `${title}${version}, ${countOf(probe.roots.length, 'API root')}, ${countOf(readable, 'collection')}${unreadable === 0 ? '' : ` (${unreadable} more not readable)`}.`;
}

/** The answer of a test, on the source's page. */
export function ProbeResult({ probe, onClose }: { probe: ProbeView; onClose: () => void }) {
  return (
    <div className="probe-result" role="status">
      {probe.ok ? (
        <div className="note row" data-kind="info">
          <span>
            <span className="note-title">The connection works.</span> <VisibleText text={foundLine(probe)} />
          </span>
          <CloseButton size="sm" className="spread" aria-label="Close the test result" onClick={onClose} />
        </div>
      ) : probe.failure === null ? (
        <div className="note" data-kind="error">
          <VisibleText text={probe.line} />
        </div>
      ) : (
        <FailureNote failure={probe.failure} />
      )}
      {probe.roots
        .filter((r) => r.failure !== null)
        .map((r) => (r.failure === null ? null : <FailureNote key={r.url} failure={r.failure} />))}
    </div>
  );
}
