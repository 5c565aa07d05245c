import { count, utc } from './format.ts';

const W = 240;
const H = 36;

/** New records of the last pulls as bars, oldest first, with the same numbers as a sentence beside it. */
export function Sparkline({ points }: { points: readonly { at: number; stored: number }[] }) {
  const last = points.at(-1);
  if (last === undefined) return <span className="dim">No pulls yet.</span>;
  const shown = points.slice(-40);
  const most = Math.max(1, ...shown.map((p) => p.stored));
  const step = W / Math.max(12, shown.length);
  const total = shown.reduce((sum, p) => sum + p.stored, 0);
  const text = `${count(total)} new in ${count(shown.length)} ${shown.length === 1 ? 'pull' : 'pulls'}; most ${count(Math.max(...shown.map((p) => p.stored)))}, last ${count(last.stored)}.`;
  return (
    <div className="row" style={{ gap: 16 }}>
      <svg width={W} height={H} role="img" aria-label={`New records per pull: ${text}`}>
        <line x1="0" x2={W} y1={H - 0.5} y2={H - 0.5} stroke="var(--line-strong)" />
        {shown.map((p, i) => {
          const h = p.stored === 0 ? 1 : Math.max(2, (p.stored / most) * (H - 4));
          return (
            <rect
              key={p.at}
              x={i * step + 1}
              y={H - 1 - h}
              width={Math.max(1, step - 2)}
              height={h}
              fill="var(--accent)"
              rx="1"
            >
              <title>{`${utc(p.at)} UTC: ${count(p.stored)} new`}</title>
            </rect>
          );
        })}
      </svg>
      <span className="dim">{text}</span>
    </div>
  );
}
