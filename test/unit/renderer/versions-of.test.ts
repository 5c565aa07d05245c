import { describe, expect, it } from 'vitest';
import { versionsOf } from '../../../renderer/features/detail/versions-of.ts';
import type { RecordDetailView } from '../../../shared/views/record.ts';

const version = (key: number, kind: 'object' | 'manifest') => ({
  key,
  kind,
  version: `v${key}`,
  source: 'feed',
  collection: 'c',
  received: 0,
});

function detail(kind: 'object' | 'manifest', versions: RecordDetailView['versions']): RecordDetailView {
  const row = { key: 1, kind, version: 'v1', source: 'feed', collection: 'c', received: 0 };
  return { row, versions } as RecordDetailView;
}

describe('versions of a record', () => {
  it('are of its own kind, itself first', () => {
    const others = [version(4, 'manifest'), version(3, 'object'), version(2, 'manifest')];
    expect(versionsOf(detail('object', others)).map((v) => v.key)).toEqual([1, 3]);
    expect(versionsOf(detail('manifest', others)).map((v) => v.key)).toEqual([1, 4, 2]);
  });

  it('keep its place where the engine lists it', () => {
    const all = [version(3, 'object'), version(1, 'object')];
    expect(versionsOf(detail('object', all)).map((v) => v.key)).toEqual([3, 1]);
  });
});
