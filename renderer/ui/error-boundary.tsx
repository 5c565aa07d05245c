import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { failureOf } from '../bridge.ts';
import { FailureNote } from './failure-note.tsx';

/** Keeps the frame when a view cannot be loaded or drawn. Give it a `key`, so that another view starts anew. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { thrown: unknown }> {
  override state: { thrown: unknown } = { thrown: null };

  static getDerivedStateFromError(thrown: unknown): { thrown: unknown } {
    return { thrown };
  }

  override render(): ReactNode {
    if (this.state.thrown === null) return this.props.children;
    return (
      <div className="page">
        <FailureNote
          failure={{ ...failureOf(this.state.thrown), message: 'This view could not be shown.' }}
          action={<Button onClick={() => location.reload()}>Load the page again</Button>}
        />
      </div>
    );
  }
}
