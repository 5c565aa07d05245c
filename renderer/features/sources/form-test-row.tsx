import { Button } from '@mantine/core';
import { FailureNote } from '../../ui/failure-note.tsx';
import type { Probing } from './source-form.tsx';

/** The button that asks the server, and what came of it when it failed. */
export function TestRow({ probing, onTest }: { probing: Probing; onTest: () => void }) {
  return (
    <>
      <div className="row">
        <Button onClick={onTest} loading={probing.state === 'asking'}>
          Test
        </Button>
        <span className="dim" role="status">
          {probing.state === 'asking' ? 'Asking the server…' : ''}
        </span>
      </div>
      {probing.state === 'failed' ? <FailureNote failure={probing.failure} /> : null}
    </>
  );
}
