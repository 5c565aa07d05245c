import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sessionSecrets } from '../../../main/engine/config/secrets.ts';
import { createEngine } from '../../../main/engine/engine.ts';
import { fixedClock, temporaryDir } from '../../unit/store/store-fixture.ts';

const FIVE_MINUTES = 300_000;

test('the engine frees memory every five minutes and tells of it as the collectors do', async () => {
  const clock = fixedClock(1_790_000_000_000);
  const engine = createEngine({
    dataDir: join(temporaryDir(), 'data'),
    clock,
    secrets: sessionSecrets(),
    resolveProxy: async () => null,
    config: null,
    demo: false,
    version: '0',
    host: 'direct',
    schedule: true,
  });
  const told: string[] = [];
  engine.onLogLine(({ message, process }) => {
    if (message.startsWith('[GC]')) told.push(process);
  });
  clock.at += FIVE_MINUTES - 1;
  engine.hear({});
  expect(told).toEqual([]);
  clock.at += 1;
  engine.hear({});
  expect(told).toEqual(['InputProcess', 'OutputProcess']);
  engine.hear({});
  expect(told).toHaveLength(2);
  await engine.close();
});
