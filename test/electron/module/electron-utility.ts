/** `electron` in a utility process: only what Electron has there. */
import { absent } from '../refuse.ts';
import { net } from './net.ts';

export { net };
export const systemPreferences = absent('systemPreferences (utility process)');
export default { net, systemPreferences };
