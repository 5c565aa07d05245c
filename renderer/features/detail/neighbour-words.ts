import { count, countOf } from '../../ui/format.ts';
import { visible } from '../../ui/visible-text.ts';
import type { Neighbour } from './neighbourhood.ts';
import { directionWords } from './relation-groups.ts';

/** Characters of a name that are read out. */
const LONGEST_SAID = 400;

/** What stands beside a node. */
export function nameOf(neighbour: Neighbour): string {
  if (neighbour.kind === 'more') return `+${count(neighbour.count)} more`;
  if (neighbour.kind === 'others')
    return `${countOf(neighbour.groups, 'other label')} (${count(neighbour.count)})`;
  const { name, id } = neighbour.relation;
  return name === '' ? id : name;
}

/** The node for who does not see it: relation, direction, name, type. What is written beside the node stands in it as written. */
export function sentenceOf(neighbour: Neighbour): string {
  const { kind, group } = neighbour;
  if (kind === 'others') return `${nameOf(neighbour)}, in the list`;
  const relation = `${visible(group.label.slice(0, LONGEST_SAID))}, ${directionWords(group.direction)}`;
  if (kind === 'more') return `${relation} ${nameOf(neighbour)}, in the list`;
  const { type, key } = neighbour.relation;
  const name = visible(nameOf(neighbour).slice(0, LONGEST_SAID));
  return `${relation} ${name}, ${visible(type.slice(0, LONGEST_SAID))}${key === null ? ', not in the store' : ''}`;
}

/** Neighbours that are one record: it has several relations to the one in the middle. Those that stand for many are themselves alone. */
export function sameRecord(neighbours: readonly Neighbour[], of: Neighbour | undefined): Neighbour[] {
  if (of === undefined) return [];
  if (of.kind !== 'relation') return [of];
  return neighbours.filter((n) => n.kind === 'relation' && n.relation.id === of.relation.id);
}

/** Where an arrow key, Home or End leads from a neighbour; null for other keys and at the ends. */
export function besides(neighbours: readonly Neighbour[], from: Neighbour, key: string): Neighbour | null {
  const at = neighbours.indexOf(from);
  switch (key) {
    case 'ArrowDown':
      return neighbours[at + 1] ?? null;
    case 'ArrowUp':
      return neighbours[at - 1] ?? null;
    case 'Home':
      return neighbours[0] ?? null;
    case 'End':
      return neighbours.at(-1) ?? null;
    case 'ArrowLeft':
    case 'ArrowRight':
      return across(neighbours, from, key === 'ArrowLeft' ? 'left' : 'right');
    default:
      return null;
  }
}

/** The nearest of the other side. */
function across(
  neighbours: readonly Neighbour[],
  from: Neighbour,
  side: Neighbour['side'],
): Neighbour | null {
  if (from.side === side) return null;
  let nearest: Neighbour | null = null;
  for (const other of neighbours) {
    if (other.side !== side) continue;
    if (nearest === null || Math.abs(other.y - from.y) < Math.abs(nearest.y - from.y)) nearest = other;
  }
  return nearest;
}
