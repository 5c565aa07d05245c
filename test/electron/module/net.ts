import type { Net } from 'electron';
import { guarded } from '../refuse.ts';

/** Whether the machine is in a network; tests change it. */
export const network = { online: true };

export const net = guarded(
  {
    fetch: (input, init) => fetch(input as string, init),
    isOnline: () => network.online,
    get online() {
      return network.online;
    },
  } satisfies Partial<Net>,
  'net',
);
