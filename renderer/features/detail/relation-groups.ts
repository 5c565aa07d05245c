import type { RecordDetailView } from '../../../shared/views/record.ts';

export type Relation = RecordDetailView['relations'][number];

/** Relations under one label in one direction. Never empty. */
export interface RelationGroup {
  /** Unique among the groups of a record. */
  key: string;
  label: string;
  direction: Relation['direction'];
  relations: readonly Relation[];
}

/** In the order in which each label is first met. */
export function groupRelations(relations: readonly Relation[]): RelationGroup[] {
  const groups = new Map<string, RelationGroup & { relations: Relation[] }>();
  for (const relation of relations) {
    const { label, direction } = relation;
    const key = `${direction} ${label}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { key, label, direction, relations: [relation] });
    else group.relations.push(relation);
  }
  return [...groups.values()];
}

/** Within its group; versions of feeds apart may have the same id. */
export function relationKey({ id, key }: Relation): string {
  return `${id} ${key ?? ''}`;
}

/** What the arrow says, for those who do not see it. */
export function directionWords(direction: Relation['direction']): string {
  return direction === 'out' ? 'points to' : 'pointed to by';
}
