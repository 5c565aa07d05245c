/** Cleans a store up in small steps until it is killed; tells how many texts it has removed for good. */
import { writeSync } from 'node:fs';
import { openStore } from '../../../main/engine/store/open-store.ts';

const [dir = ''] = process.argv.slice(2);
const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() };
const tell = (line: object): void => {
  writeSync(1, `${JSON.stringify(line)}\n`);
};
const store = openStore({ dir, clock });
const all = { rejected: Number.MAX_SAFE_INTEGER, handedOver: null };
tell({ ready: process.pid });
let removed = 0;
for (let left = 1; left > 0; ) {
  const step = store.retention.removeSome(all, 1);
  removed += step.removed;
  left = step.left;
  tell({ removed });
  store.retention.mergeSome(20, removed % 3 === 0);
  store.retention.compactSome(8);
}
while (store.retention.compactSome(8).left > 0) tell({ compacting: true });
tell({ done: true });
setInterval(() => {}, 1000);
