import type { CollectorLines } from '../collector-lines.ts';
import { pullerCompleted, pullerStatistics } from '../puller-lines.ts';

/** CTCI's words around a pull; it begins with its setup's lines, which the source says. Seed 000, "Puller output". */
export const CTCI_LINES: CollectorLines = {
  started: () => {},
  statistics: pullerStatistics,
  ended(log, { state }) {
    if (state === 'done') log.info('Pull terminated');
  },
  completed: pullerCompleted,
};
