import { CopyButton } from '../../ui/copy-button.tsx';

/** Queries that find the events in Devo, ready to copy. */
export function LinqLines({ linq }: { linq: readonly { tag: string; query: string }[] }) {
  if (linq.length === 0) return null;
  return (
    <div className="linq">
      <h3>Find it in Devo</h3>
      {linq.map((l) => (
        <div key={l.query} className="row linq-line">
          <code>{l.query}</code>
          <span className="spread">
            <CopyButton text={l.query} what={`the query for ${l.tag}`} />
          </span>
        </div>
      ))}
    </div>
  );
}
