/** How a collector writes `@devo_pulling_id`: TAXII's epoch milliseconds, as the store has it, or ThreatQuotient's epoch seconds. Reference 3. */
export type PullingIdForm = 'milliseconds' | 'seconds';

/**
 * The id as it is sent, shown in queries and written to the log: `1669727732252`, or `1656421259.276000` with the six digits of the
 * collector's microseconds. One form follows from the other, so that both stay unique.
 * @param pullingId of the store, epoch ms
 */
export function writtenPullingId(pullingId: string, form: PullingIdForm): string {
  if (form === 'milliseconds') return pullingId;
  return `${pullingId.slice(0, -3) || '0'}.${pullingId.slice(-3).padStart(3, '0')}000`;
}
