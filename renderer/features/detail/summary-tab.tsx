import { failureLine } from '../../../shared/errors.ts';
import type { RecordDetailView } from '../../../shared/views/record.ts';
import { follow, openView } from '../../state/review.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { bytes, countOf } from '../../ui/format.ts';
import { Time } from '../../ui/parts.tsx';
import { DECISION_WORDS, DELIVERY_WORDS, StateLabel } from '../../ui/state-label.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';
import { OverrideList } from './override-list.tsx';

/** A person's reading of the record: sentences, properties, where it is from, what was decided, what became of it. */
export function SummaryTab({ detail }: { detail: RecordDetailView }) {
  const { row, summary, supersededBy: superseded } = detail;
  return (
    <>
      {row.revoked ? (
        <div className="note" data-kind="warning">
          {row.kind === 'cewl' ? 'No longer on the list.' : 'Revoked by its producer.'}
        </div>
      ) : null}
      <div className="detail-sentences">
        {summary.sentences.map((sentence) => (
          <p key={sentence}>
            <VisibleText text={sentence} />
          </p>
        ))}
      </div>
      <dl className="facts detail-facts">
        {summary.properties.map((p) => (
          <div key={`${p.label} ${p.value}`}>
            <dt>{p.label}</dt>
            <dd className={p.mono ? 'mono' : undefined}>
              <VisibleText text={p.value} />
              <span className="fact-copy">
                <CopyButton text={p.value} what={p.label} size={18} />
              </span>
            </dd>
          </div>
        ))}
      </dl>
      <h3>Where it is from</h3>
      <dl className="facts detail-facts">
        {detail.page === null ? null : (
          <div>
            <dt>Page</dt>
            <dd>
              <a href={detail.page} target="_blank" rel="noopener noreferrer">
                Open in ThreatQ
              </a>
            </dd>
          </div>
        )}
        <div>
          <dt>Source</dt>
          <dd>
            <VisibleText text={row.source} />
          </dd>
        </div>
        <div>
          <dt>Collection</dt>
          <dd>
            <VisibleText text={row.collectionTitle || row.collection} />
          </dd>
        </div>
        <div>
          <dt>Received (UTC)</dt>
          <dd>
            <Time at={row.received} />, {bytes(row.bytes)}
          </dd>
        </div>
        <div>
          <dt>Version</dt>
          <dd>
            <VisibleText text={row.version} />
          </dd>
        </div>
        <div>
          <dt>Pull</dt>
          <dd>
            <button
              type="button"
              className="plain-button link"
              onClick={() => openView({ pullingId: row.pullingId })}
            >
              {row.pullingId}
            </button>
          </dd>
        </div>
      </dl>
      <h3>Decisions</h3>
      {detail.decisions.length === 0 ? <p className="dim">None yet: it is staged.</p> : null}
      <ul className="detail-list">
        {detail.decisions.map((d) => (
          <li key={d.at}>
            <StateLabel {...DECISION_WORDS[d.decision]} /> <Time at={d.at} />
            {d.reason === null ? null : (
              <p>
                <VisibleText text={d.reason} />
              </p>
            )}
          </li>
        ))}
      </ul>
      <h3>Delivery</h3>
      {superseded === null ? (
        detail.deliveries.length === 0 ? (
          <p className="dim">Not queued for any destination.</p>
        ) : null
      ) : (
        <p>
          Superseded: version{' '}
          <button type="button" className="plain-button link" onClick={() => follow(superseded.key)}>
            <VisibleText text={superseded.version} />
          </button>{' '}
          of this row goes out, or went out, in its place.
        </p>
      )}
      <ul className="detail-list">
        {detail.deliveries.map((d) => (
          <li key={d.destination}>
            <StateLabel {...DELIVERY_WORDS[d.state]} /> {d.destination} <Time at={d.at} none="" />
            {d.maybeTwice ? (
              <p data-tone="held">Devo may have taken it more than once; the pulling id is the same.</p>
            ) : null}
            {d.failure === null ? null : (
              <p data-tone="failed">
                <VisibleText text={failureLine(d.failure)} /> {countOf(d.attempts, 'attempt')}.
              </p>
            )}
          </li>
        ))}
      </ul>
      <OverrideList overrides={detail.overrides} />
    </>
  );
}
