import { Checkbox } from '@mantine/core';
import type { TaxiiSettings } from '../../../shared/settings.ts';
import type { ProbeView } from '../../../shared/views/source.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { FormSection } from '../../ui/form-section.tsx';
import { count } from '../../ui/format.ts';
import { VisibleText } from '../../ui/visible-text.tsx';
import { foundLine } from './probe-result.tsx';
import type { FormPart } from './source-form.tsx';

/** Takes `value` in or out of a list where null stands for all of `all`. */
function choose(
  list: readonly string[] | null,
  all: readonly string[],
  value: string,
  on: boolean,
): string[] | null {
  const now = new Set(list ?? all);
  if (on) now.add(value);
  else now.delete(value);
  return all.every((a) => now.has(a)) && now.size === all.length ? null : [...now];
}

/** What the server has, to choose from. */
export function FoundSection({ part, probe }: { part: FormPart<TaxiiSettings>; probe: ProbeView }) {
  const { draft, change, errors } = part;
  const roots = probe.roots.map((r) => r.url);
  const readable = [...new Set(probe.collections.filter((c) => c.canRead).map((c) => c.id))];
  return (
    <FormSection title="What was found" hint="Everything readable is pulled unless you choose.">
      <div className="note" data-kind="info" role="status">
        <VisibleText text={foundLine(probe)} />
      </div>
      {probe.roots.length > 1 ? (
        <Checkbox.Group label="API roots" value={draft.apiRoots ?? roots} error={errors.apiRoots}>
          <div className="stack" style={{ paddingTop: 6 }}>
            {probe.roots.map((r) => (
              <Checkbox
                key={r.url}
                value={r.url}
                label={`${r.title || r.url}${r.failure === null ? '' : ' – not reachable'}`}
                description={r.url}
                onChange={(event) =>
                  change({ apiRoots: choose(draft.apiRoots, roots, r.url, event.currentTarget.checked) })
                }
              />
            ))}
          </div>
        </Checkbox.Group>
      ) : null}
      {probe.roots.map((r) => (r.failure === null ? null : <FailureNote key={r.url} failure={r.failure} />))}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="collection-choice" tabIndex={0} aria-label="Collections found">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Collection</th>
              <th scope="col">Id</th>
              <th scope="col" className="num">
                Objects
              </th>
            </tr>
          </thead>
          <tbody>
            {probe.collections.map((c) => (
              <tr key={`${c.apiRoot}${c.id}`}>
                <td title={c.description}>
                  <Checkbox
                    label={c.title || c.id}
                    disabled={!c.canRead}
                    checked={c.canRead && (draft.collections === null || draft.collections.includes(c.id))}
                    onChange={(event) =>
                      change({
                        collections: choose(draft.collections, readable, c.id, event.currentTarget.checked),
                      })
                    }
                  />
                </td>
                <td>
                  {c.canRead ? (
                    <code>{c.id}</code>
                  ) : (
                    <span className="dim">Not readable with this sign-in</span>
                  )}
                </td>
                <td className="num">
                  {c.size === null ? <span className="dim">not told</span> : count(c.size)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {draft.collections?.length === 0 ? (
        <p data-tone="held">No collection is chosen: nothing would be pulled.</p>
      ) : null}
    </FormSection>
  );
}
