import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { LookupChange } from '../../../shared/views/plan.ts';
import type { RowDiffView } from '../../../shared/views/record.ts';
import { follow } from '../../state/review.ts';
import { count } from '../../ui/format.ts';
import { StateLabel, type Tone } from '../../ui/state-label.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';
import '../../styles/cewl.css';

/** How a row stands to what a lookup holds. */
export const LOOKUP_WORDS: Readonly<Record<LookupChange, { tone: Tone; word: string; hollow?: boolean }>> = {
  added: { tone: 'staged', word: 'Added' },
  changed: { tone: 'held', word: 'Changed' },
  removed: { tone: 'rejected', word: 'Removed' },
  unchanged: { tone: 'quiet', word: 'Unchanged', hollow: true },
  superseded: { tone: 'quiet', word: 'Superseded', hollow: true },
};

const SENTENCES: Readonly<Record<LookupChange, string>> = {
  added: 'The lookup does not hold this row; it would be added.',
  changed: 'The lookup holds an earlier version of this row.',
  removed: 'The row is gone from the list; it would be deleted from the lookup.',
  unchanged: 'The lookup holds this row as it is.',
  superseded: 'A newer version of this row goes out, or went out, in its place.',
};

/** A row against what was last handed over, cell by cell. */
export function RowDiff({ diff }: { diff: RowDiffView }) {
  const changed = diff.cells.filter((c) => c.changed).length;
  const [all, setAll] = useState(changed === 0 || diff.change !== 'changed');
  const cells = all ? diff.cells : diff.cells.filter((c) => c.changed);
  const { held } = diff;
  // A row that comes or goes has one side only.
  const before = diff.change !== 'added';
  const after = diff.change !== 'removed';
  return (
    <div className="row-diff">
      <p className="row wrap">
        <StateLabel {...LOOKUP_WORDS[diff.change]} />
        <span>{SENTENCES[diff.change]}</span>
        {held === null ? null : (
          <button type="button" className="plain-button link" onClick={() => follow(held)}>
            Show what the lookup holds
          </button>
        )}
      </p>
      {diff.change === 'changed' && changed < diff.cells.length ? (
        <Checkbox
          label={`Only the ${count(changed)} changed of ${count(diff.cells.length)} cells`}
          checked={!all}
          onChange={(event) => setAll(!event.currentTarget.checked)}
        />
      ) : null}
      <table className="table row-diff-table" aria-label={`${diff.lookup}, cell by cell`}>
        <thead>
          <tr>
            <th scope="col">Column</th>
            {before ? <th scope="col">In the lookup</th> : null}
            {after ? <th scope="col">Afterwards</th> : null}
          </tr>
        </thead>
        <tbody>
          {cells.map((cell) => (
            <tr key={cell.column} data-changed={cell.changed ? '' : undefined}>
              <th scope="row">
                <code>{cell.column}</code>
                {cell.changed ? <span className="visually-hidden"> (changed)</span> : null}
              </th>
              {before ? (
                <td data-side="before">
                  <Cell text={cell.before} />
                </td>
              ) : null}
              {after ? (
                <td data-side="after">
                  <Cell text={cell.after} />
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Shown of a long cell, characters. The exact bytes stand below. */
const SHOWN = 600;

function Cell({ text }: { text: string | null }) {
  if (text === null) return <span className="dim">no row</span>;
  if (text === '') return <span className="dim">empty</span>;
  return <VisibleText text={text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text} />;
}
