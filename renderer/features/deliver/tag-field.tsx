import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { CallOutput } from '../../../shared/contract.ts';
import { call } from '../../bridge.ts';

type Findings = CallOutput<'destinations.lintTag'>;

/** A Devo tag, linted as it is typed: an unknown tag ends in unknown.unknown. */
export function TagField({
  label,
  hideLabel = false,
  value,
  error,
  onChange,
}: {
  label: string;
  /** Its row names it already. */
  hideLabel?: boolean;
  value: string;
  error?: string | undefined;
  onChange: (tag: string) => void;
}) {
  const [findings, setFindings] = useState<Findings>([]);
  useEffect(() => {
    let live = true;
    const timer = setTimeout(() => {
      call('destinations.lintTag', { tag: value }).then(
        (found) => {
          if (live) setFindings(found);
        },
        () => undefined,
      );
    }, 250);
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [value]);
  const worst = findings.find((f) => f.level === 'error');
  const notes = findings.filter((f) => f.level === 'warning');
  return (
    <div>
      <TextInput
        {...(hideLabel ? { 'aria-label': label } : { label })}
        spellCheck={false}
        value={value}
        error={error ?? worst?.message}
        onChange={(event) => onChange(event.currentTarget.value.trim())}
      />
      {notes.map((f) => (
        <p key={f.message} className="tag-note" data-tone="held">
          {f.message}
        </p>
      ))}
    </div>
  );
}
