import { networkInterfaces } from 'node:os';
import type { Network } from './ports.ts';

/** Online while any interface but the loopback has an address: the answer where no host knows better. */
export const interfaceNetwork: Network = {
  online: () =>
    Object.values(networkInterfaces()).some((addresses) => addresses?.some((a) => !a.internal) === true),
};
