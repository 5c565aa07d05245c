import type { RecordDetailView } from '../../../shared/views/record.ts';
import { Empty } from '../../ui/parts.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';

/** Everything about the record that someone should see before it is handed over. */
export function ProblemsTab({ detail }: { detail: RecordDetailView }) {
  if (detail.problems.length === 0) {
    return (
      <Empty title="No problems">
        <p>The text was read whole and fits STIX as far as it was checked.</p>
      </Empty>
    );
  }
  return (
    <ul className="problem-list">
      {detail.problems.map((p) => (
        <li key={`${p.code}${p.at ?? ''}${p.message}`} className="note" data-kind="warning">
          <div className="note-title">
            <VisibleText text={p.message} />
          </div>
          <span className="dim">
            <code>{p.code}</code>
            {p.at === null ? null : (
              <>
                {' at '}
                <code>
                  <VisibleText text={p.at} />
                </code>
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
