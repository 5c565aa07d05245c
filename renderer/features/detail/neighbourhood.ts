/**
 * Where a record's neighbours stand around it: on both arms of an arc, a line each, so that names never overlap. What points out
 * begins on the right, what points in stands on the left; a side that is too long goes on at the other. Pure; the same relations
 * always give the same picture.
 */
import type { Relation, RelationGroup } from './relation-groups.ts';

/** Neighbours drawn, shared among the groups; a group whose last one would be left out alone is drawn whole. */
const MOST_DRAWN = 36;
const MOST_GROUPS = 12;
/** px. */
export const PITCH = 24;
export const NODE_RADIUS = 10;
export const CENTRE_RADIUS = 17;
const HEADING = 26;
const EDGE = 8;
const LEAST_HEIGHT = 132;
const LABEL_GAP = 6;

export type Side = 'left' | 'right';

/** A line at one of the sides. `x`, `y`: the middle of the node, or where a heading's text begins. `room`: for text, px. */
interface Place {
  side: Side;
  x: number;
  y: number;
  room: number;
}

export type Neighbour = Place & { key: string; path: string } & (
    | { kind: 'relation'; group: RelationGroup; relation: Relation }
    /** Relations of a group that are not drawn: the list has them from its `from`-th on. */
    | { kind: 'more'; group: RelationGroup; count: number; from: number }
    /** Groups that are not drawn at all; `group` is the first of them. */
    | { kind: 'others'; group: RelationGroup; groups: number; count: number }
  );

export interface Heading extends Place {
  key: string;
  group: RelationGroup;
  /** The group began at the other side. */
  continued: boolean;
}

export interface Neighbourhood {
  width: number;
  height: number;
  centre: { x: number; y: number };
  headings: readonly Heading[];
  /** In reading order: the left side downwards, then the right. */
  neighbours: readonly Neighbour[];
  /** Relations among them; the rest is counted in those that say how many more there are. */
  drawn: number;
}

type Line =
  | { kind: 'heading'; group: RelationGroup; continued: boolean }
  | { kind: 'relation'; group: RelationGroup; relation: Relation }
  | { kind: 'more'; group: RelationGroup; count: number; from: number }
  | { kind: 'others'; group: RelationGroup; groups: number; count: number };

/** Lays `groups` out in `width` px. */
export function neighbourhood(groups: readonly RelationGroup[], width: number): Neighbourhood {
  const lines = linesOf(groups);
  const cut = cutOf(lines);
  const right = lines.slice(0, cut);
  const left = lines.slice(cut);
  const goesOn = left[0];
  if (goesOn !== undefined && goesOn.kind !== 'heading' && goesOn.kind !== 'others')
    left.unshift({ kind: 'heading', group: goesOn.group, continued: true });
  const height = Math.max(LEAST_HEIGHT, heightOf(left) + 2 * EDGE, heightOf(right) + 2 * EDGE);
  const centre = { x: width / 2, y: height / 2 };
  const headings: Heading[] = [];
  const neighbours: Neighbour[] = [];
  for (const [side, own] of [
    ['left', left],
    ['right', right],
  ] as const) {
    let top = centre.y - heightOf(own) / 2;
    own.forEach((line, at) => {
      const next = top + tall(line);
      if (line.kind === 'heading') {
        // Where the text of its first neighbour begins.
        const below = arc(width, height, side, next + PITCH / 2);
        const { group, continued } = line;
        headings.push({ key: `${side} ${at}`, group, continued, ...below, y: next - HEADING / 2 + 3 });
      } else {
        const place = arc(width, height, side, top + PITCH / 2);
        neighbours.push({ key: `${side} ${at}`, ...line, ...place, path: path(centre, place) });
      }
      top = next;
    });
  }
  const drawn = neighbours.filter((n) => n.kind === 'relation').length;
  return { width, height, centre, headings, neighbours, drawn };
}

/** The largest groups, in the order given, each with its share of what is drawn. */
function linesOf(groups: readonly RelationGroup[]): Line[] {
  const bySize = [...groups].sort((a, b) => b.relations.length - a.relations.length);
  const shown = new Set(bySize.slice(0, MOST_GROUPS));
  const kept = groups.filter((group) => shown.has(group));
  const others = groups.filter((group) => !shown.has(group));
  const shares = share(
    kept.map((group) => group.relations.length),
    MOST_DRAWN,
  );
  const ordered = kept.map((group, i) => ({ group, size: shares[i] ?? 0 }));
  const lines = ordered
    .sort((a, b) => Number(a.group.direction === 'in') - Number(b.group.direction === 'in'))
    .flatMap(({ group, size }): Line[] => {
      const count = group.relations.length - size;
      return [
        { kind: 'heading', group, continued: false },
        ...group.relations.slice(0, size).map((relation): Line => ({ kind: 'relation', group, relation })),
        ...(count === 0 ? [] : [{ kind: 'more', group, count, from: size } as const]),
      ];
    });
  const [first] = others;
  if (first !== undefined) {
    const count = others.reduce((sum, group) => sum + group.relations.length, 0);
    lines.push({ kind: 'others', group: first, groups: others.length, count });
  }
  return lines;
}

/** Small groups whole, the others alike; none is cut by one. */
function share(sizes: readonly number[], most: number): number[] {
  const shares = sizes.map(() => 0);
  for (let left = most, before = -1; left > 0 && left !== before; ) {
    before = left;
    sizes.forEach((size, i) => {
      const has = shares[i] ?? 0;
      if (left > 0 && has < size) {
        shares[i] = has + 1;
        left--;
      }
    });
  }
  return shares.map((has, i) => (sizes[i] === has + 1 ? has + 1 : has));
}

/** How many lines stand on the right: as low a picture as can be, groups whole and directions apart where that costs little. */
function cutOf(lines: readonly Line[]): number {
  const total = heightOf(lines);
  const turn = lines.findIndex((line) => line.kind !== 'others' && line.group.direction === 'in');
  const directions = turn < 0 ? lines.length : turn;
  let best = { cut: lines.length, cost: Number.POSITIVE_INFINITY };
  let above = 0;
  for (let cut = 1; cut <= lines.length; cut++) {
    const last = lines[cut - 1];
    if (last === undefined) break;
    above += tall(last);
    if (last.kind === 'heading') continue;
    const next = lines[cut];
    const splits = next !== undefined && next.kind !== 'heading' && next.kind !== 'others';
    const below = total - above + (splits ? HEADING : 0);
    const cost = Math.max(above, below) + (splits ? 2 * PITCH : 0) + (cut === directions ? 0 : 2 * PITCH);
    if (cost < best.cost) best = { cut, cost };
  }
  return best.cut;
}

function tall(line: Line): number {
  return line.kind === 'heading' ? HEADING : PITCH;
}

function heightOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + tall(line), 0);
}

/** Where the arc of a side is at height `y`. It never comes so near that both sides' nodes meet. */
function arc(width: number, height: number, side: Side, y: number): Place {
  const outer = Math.min(150, Math.max(52, width * 0.2));
  const inner = Math.max(CENTRE_RADIUS + NODE_RADIUS + 8, outer * 0.6);
  const off = Math.min(1, Math.abs(y - height / 2) / (height / 2));
  const away = inner + (outer - inner) * Math.sqrt(1 - off * off);
  const x = width / 2 + (side === 'right' ? away : -away);
  return { side, x, y, room: Math.max(0, width / 2 - away - NODE_RADIUS - LABEL_GAP) };
}

/** From the middle to the near side of a node, arriving level so that arrowheads stand alike. */
function path(centre: { x: number; y: number }, { side, x, y }: Place): string {
  const toward = side === 'right' ? 1 : -1;
  const end = x - toward * NODE_RADIUS;
  const bend = end - toward * Math.abs(end - centre.x) * 0.55;
  return `M${px(centre.x)} ${px(centre.y)}Q${px(bend)} ${px(y)} ${px(end)} ${px(y)}`;
}

function px(n: number): string {
  return String(Math.round(n * 100) / 100);
}
