import type { PreflightView } from '../../../shared/views/destination.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { duration, utcDate } from '../../ui/format.ts';
import { StateLabel, type Tone } from '../../ui/state-label.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';

const LEVELS: Readonly<Record<'ok' | 'warning' | 'error', { tone: Tone; word: string }>> = {
  ok: { tone: 'approved', word: 'In order' },
  warning: { tone: 'held', word: 'Look at this' },
  error: { tone: 'failed', word: 'Wrong' },
};

/** Findings by file or setting, and when the client certificate ends. */
export function Preflight({ report }: { report: PreflightView }) {
  return (
    <div role="status">
      {report.failure === null ? null : <FailureNote failure={report.failure} />}
      {report.findings.length === 0 ? null : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Checked</th>
              <th scope="col">Result</th>
              <th scope="col">Finding</th>
            </tr>
          </thead>
          <tbody>
            {report.findings.map((f) => (
              <tr key={`${f.subject}${f.message}`}>
                <td>
                  <code>{f.subject}</code>
                </td>
                <td>
                  <StateLabel {...LEVELS[f.level]} />
                </td>
                <td className="wraps">
                  <VisibleText text={f.message} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {report.expires === null ? null : (
        <p className="dim" style={{ paddingTop: 8 }}>
          The client certificate is valid until {utcDate(report.expires)}
          {report.expires > Date.now()
            ? `, ${duration(report.expires - Date.now())} from now.`
            : ': it has expired.'}
        </p>
      )}
    </div>
  );
}
