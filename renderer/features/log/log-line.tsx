import { memo } from 'react';
import type { LogLineView } from '../../../shared/views/app.ts';
import { timeTitle } from '../../ui/format.ts';
import { VisibleText } from '../../ui/visible-text.tsx';

/** One line as the collectors write it; only the colour of the level is ours. */
export const LogLine = memo(function LogLine({ line }: { line: LogLineView }) {
  return (
    <div className="log-line" data-level={line.level}>
      <span className="dim" title={timeTitle(line.at)}>
        {new Date(line.at).toISOString().slice(0, 23)}
      </span>{' '}
      <span className="log-level">{line.level.padStart(7)}</span>{' '}
      <span className="dim">
        {line.process}::{line.thread} {'->'}
      </span>{' '}
      <VisibleText text={line.message} />
    </div>
  );
});
