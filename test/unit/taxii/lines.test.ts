import { expect, it } from 'vitest';
import { TAXII_LINES } from '../../../main/engine/sources/taxii/taxii-lines.ts';

it('writes the statistics line word for word as the collectors do', () => {
  const numbers = { requests: 41, received: 30, duplicates: 30, stored: 0, generated: 0, elapsedMs: 29_370 };
  expect(TAXII_LINES.statistics({ pullingId: '1669727732252', ...numbers })).toBe(
    'Statistics for this pull cycle (@devo_pulling_id=1669727732252):Number of requests made: 41; Number of events received: 30; Number of duplicated events filtered out: 30; Number of events generated and sent: 0; Average of events per second: 0.000.',
  );
});

it('writes the closing line word for word as the collectors do', () => {
  expect(TAXII_LINES.completed(29_370, 1200)).toBe(
    'Data collection completed. Elapsed time: 29.370 seconds. Waiting for 1170.630 second(s)',
  );
  expect(TAXII_LINES.completed(70_000, 60)).toContain('Waiting for 0.000 second(s)');
  expect(TAXII_LINES.completed(1_000, null)).toBe('Data collection completed. Elapsed time: 1.000 seconds.');
});
