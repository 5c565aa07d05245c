import { CENTRE_RADIUS, type Neighbour, type Neighbourhood, NODE_RADIUS } from './neighbourhood.ts';

/** Of an arrowhead, px. */
const LONG = 6;
const HALF = 3.5;

/** Lines from the middle to each neighbour, under everything else; the arrowhead stands at the neighbour and points as the relation does. */
export function Edges({ picture, pointed }: { picture: Neighbourhood; pointed: readonly Neighbour[] }) {
  const { width, height, centre, neighbours } = picture;
  return (
    <svg className="graph-edges" width={width} height={height} aria-hidden="true">
      {neighbours.map((neighbour) => (
        <g
          key={neighbour.key}
          data-pointed={pointed.includes(neighbour) ? '' : undefined}
          data-kind={
            neighbour.kind === 'relation' && neighbour.relation.key === null ? 'absent' : neighbour.kind
          }
        >
          <path d={neighbour.path} className="graph-edge" />
          {neighbour.kind === 'others' ? null : <path d={arrowhead(neighbour)} className="graph-arrow" />}
        </g>
      ))}
      <circle cx={centre.x} cy={centre.y} r={CENTRE_RADIUS} className="graph-middle" />
    </svg>
  );
}

function arrowhead({ side, x, y, group }: Neighbour): string {
  const away = side === 'right' ? 1 : -1;
  const near = x - away * (NODE_RADIUS + 1);
  const [tip, back] = group.direction === 'out' ? [near, near - away * LONG] : [near - away * LONG, near];
  return `M${tip} ${y}L${back} ${y - HALF}L${back} ${y + HALF}Z`;
}
