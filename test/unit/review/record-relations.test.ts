import { expect, it } from 'vitest';
import { KnownNames } from '../../../main/engine/review/known-names.ts';
import { recordDetailView } from '../../../main/engine/review/record-detail.ts';
import type { RecordDraft } from '../../../main/engine/sources/source.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { draft, indexAll, pulling, stixId, temporaryStore } from '../store/store-fixture.ts';

const HUB = stixId(1, 'identity');

function object(id: string, members: Record<string, unknown>): RecordDraft {
  const type = id.split('--')[0] ?? '';
  return draft({ id, type, raw: Buffer.from(JSON.stringify({ type, id, ...members })) });
}

function opened(store: Store, key: number) {
  const detail = store.records.get(key);
  if (detail === null) throw new Error('no record');
  const { relations, relationsBeyond } = recordDetailView(
    detail,
    store.records,
    new KnownNames(store.records),
  );
  return { relations: relations.length, beyond: relationsBeyond };
}

it('reads a name that is made of references with the names of what it refers to', () => {
  const store = temporaryStore();
  const [tool, sighting] = [stixId(2, 'tool'), stixId(3, 'sighting')];
  pulling(store).page([
    object(HUB, { name: 'Hub' }),
    draft({ id: tool, type: 'tool', name: 'Hammer' }),
    draft({
      id: sighting,
      type: 'sighting',
      name: `sighting of ${tool}`,
      raw: Buffer.from(JSON.stringify({ type: 'sighting', id: sighting, where_sighted_refs: [HUB] })),
    }),
  ]);
  indexAll(store);
  const detail = store.records.get(1);
  if (detail === null) throw new Error('no record');
  const { relations } = recordDetailView(detail, store.records, new KnownNames(store.records));
  expect(relations.map((r) => [r.label, r.name])).toEqual([['saw', 'sighting of Hammer']]);
});

it('shows the first of many and counts the others, in both directions', () => {
  const store = temporaryStore();
  const referring = Array.from({ length: 1_234 }, (_, n) =>
    object(stixId(n + 10, 'tool'), { created_by_ref: HUB }),
  );
  const refs = Array.from({ length: 2_000 }, (_, n) => stixId(n, 'malware'));
  const report = object(stixId(2, 'report'), { object_refs: refs });
  pulling(store).page([object(HUB, { name: 'Hub' }), report, ...referring]);
  indexAll(store);
  expect(opened(store, 1)).toEqual({ relations: 200, beyond: 1_034 });
  expect(opened(store, 2)).toEqual({ relations: 500, beyond: 1_500 });
  expect(opened(store, 3)).toEqual({ relations: 1, beyond: 0 });
  expect(store.records.mentions(HUB)).toBe(1_234);
  expect(store.records.mentions('nothing--at-all"')).toBe(0);
});
