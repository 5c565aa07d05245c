import { CloseButton } from '@mantine/core';
import { failureLine } from '../../../shared/errors.ts';
import { useEngine } from '../../state/engine.ts';
import { dismiss, useNotices } from '../../state/notices.ts';
import { VisibleText } from '../../ui/visible-text.tsx';

/** Failures of what the analyst just did, and the news that the engine is away. They stay until closed or mended. */
export function Notices() {
  const failures = useNotices((s) => s.failures);
  const lost = useEngine((s) => s.connection === 'lost');
  if (failures.length === 0 && !lost) return null;
  return (
    <section className="notices" aria-label="Notices">
      {lost ? (
        <div className="note" data-kind="error" role="alert">
          <div className="note-title">The engine is away.</div>
          <p>
            Nothing is lost; this page reconnects by itself. If it does not come back, start Sluice again and
            open the address it prints.
          </p>
        </div>
      ) : null}
      {failures.map((notice) => (
        <div key={notice.id} className="note" data-kind="error" role="alert">
          <div className="row">
            <span className="note-title">{notice.text}</span>
            <CloseButton
              size="sm"
              className="spread"
              aria-label={`Close: ${notice.text}`}
              onClick={() => dismiss(notice.id)}
            />
          </div>
          {notice.failure === null ? null : (
            <p>
              <VisibleText text={failureLine(notice.failure)} />
              {notice.failure.remedy === null ? null : (
                <>
                  {' '}
                  <VisibleText text={notice.failure.remedy} />
                </>
              )}
            </p>
          )}
        </div>
      ))}
    </section>
  );
}
