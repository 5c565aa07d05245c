import { memo } from 'react';
import { visibleSpans } from './visible-text.ts';

/** Server text inside a line: hidden characters named, direction kept from leaking. */
export const VisibleText = memo(function VisibleText({ text, keep }: { text: string; keep?: string }) {
  const spans = visibleSpans(text, keep);
  return (
    <span className="bidi-safe">
      {spans.map((span, i) =>
        span.kind === 'plain' ? (
          span.text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: spans of one text never move
          <span key={i} className="hidden-char">
            {span.text}
          </span>
        ),
      )}
    </span>
  );
});
