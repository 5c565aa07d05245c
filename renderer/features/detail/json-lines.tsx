import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { memo, useMemo, useState } from 'react';
import { count } from '../../ui/format.ts';
import { type Line, layOut, type Token } from '../../ui/json-text.ts';
import { VisibleText } from '../../ui/visible-text.tsx';

/** Lines drawn at first, and by each "more". */
const STEP = 600;
/** Of one value, characters. */
const LONG = 1200;

/** JSON text one member a line, foldable. What is shown are the text's own characters. */
export function JsonLines({ text }: { text: string }) {
  const lines = useMemo(() => layOut(text), [text]);
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const [limit, setLimit] = useState(STEP);
  const visible = useMemo(() => unfolded(lines, folded), [lines, folded]);
  const toggle = (at: number) => {
    const next = new Set(folded);
    if (!next.delete(at)) next.add(at);
    setFolded(next);
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="json" tabIndex={0} aria-label="The server's text, laid out">
        {visible.slice(0, limit).map((at) => {
          const line = lines[at];
          if (line === undefined) return null;
          return (
            <JsonLine
              key={at}
              line={line}
              number={at + 1}
              folded={folded.has(at)}
              onToggle={line.closes === null ? null : () => toggle(at)}
            />
          );
        })}
      </section>
      {visible.length > limit ? (
        <button type="button" className="plain-button link" onClick={() => setLimit(limit + STEP * 4)}>
          {count(visible.length - limit)} more lines
        </button>
      ) : null}
    </>
  );
}

/** Indexes of the lines that no fold hides. */
function unfolded(lines: readonly Line[], folded: ReadonlySet<number>): number[] {
  const out: number[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    out.push(at);
    if (folded.has(at)) at = lines[at]?.closes ?? at;
  }
  return out;
}

const JsonLine = memo(function JsonLine({
  line,
  number,
  folded,
  onToggle,
}: {
  line: Line;
  number: number;
  folded: boolean;
  onToggle: (() => void) | null;
}) {
  return (
    <div className="json-line">
      <span className="json-number" aria-hidden="true">
        {number}
      </span>
      <span className="json-fold">
        {onToggle === null ? null : (
          <button
            type="button"
            className="plain-button"
            aria-expanded={!folded}
            aria-label={`Line ${number}`}
            onClick={onToggle}
          >
            {folded ? <IconChevronRight size={12} /> : <IconChevronDown size={12} />}
          </button>
        )}
      </span>
      <span className="json-text" style={{ paddingLeft: line.depth * 14 }}>
        {line.tokens.map((token, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: tokens of one line never move
          <TokenText key={i} token={token} />
        ))}
        {folded ? <span className="dim"> … {line.tokens.at(-1)?.text === '[' ? ']' : '}'}</span> : null}
      </span>
    </div>
  );
});

/** One token in its colour. A very long one is cut until asked for. */
export function TokenText({ token }: { token: Token }) {
  const [whole, setWhole] = useState(false);
  const cut = !whole && token.text.length > LONG;
  const text = cut ? token.text.slice(0, LONG) : token.text;
  return (
    <span className={`token-${token.kind}`}>
      <VisibleText text={text} keep={token.kind === 'space' ? '\n\r\t' : ''} />
      {cut ? (
        <button type="button" className="plain-button link" onClick={() => setWhole(true)}>
          … {count(token.text.length - LONG)} more characters
        </button>
      ) : null}
    </span>
  );
}
