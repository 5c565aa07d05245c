import type { ResolveProxy } from '../ports.ts';
import { proxyFromEnv } from './http-proxy.ts';

/** The system's proxy where there is no Electron to ask: the environment's variables. */
export const environmentProxy: ResolveProxy = async (url) => proxyFromEnv(url, process.env);
