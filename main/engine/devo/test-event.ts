import { SluiceError } from '../../../shared/errors.ts';
import type { Destination, OutboundRecord } from './destination.ts';

/**
 * Sends one event that says what it is, under the given tag, and waits for the hand-over like any batch. Answers the bytes sent.
 * Throws SluiceError. The pulling id is the moment of sending, so that the event can be found in Devo.
 */
export async function sendTestEvent(
  destination: Destination,
  options: { tag: string; now: number },
  signal: AbortSignal,
): Promise<{ bytes: Buffer; pullingId: string }> {
  if (destination.table !== null) {
    throw new SluiceError({
      code: 'devo.no-test-event',
      message: `${destination.name} is a lookup: it takes rows of a table, so there is no test event for it.`,
      remedy: 'Run the pre-flight: it reaches Devo with the same credentials and changes nothing.',
    });
  }
  const pullingId = String(options.now);
  const event = {
    type: 'sluice-test',
    message: 'Test event of Sluice',
    sent: new Date(options.now).toISOString(),
  };
  const record: OutboundRecord = {
    key: 0,
    source: '',
    kind: 'object',
    type: '',
    pullingId,
    received: options.now,
    tlp: 'none',
    revoked: false,
    raw: Buffer.from(JSON.stringify(event), 'utf8'),
    tag: options.tag,
  };
  const bytes = destination.encode(record);
  const handover = await destination.open(signal);
  try {
    await handover.write(record);
    await handover.confirm();
  } catch (thrown) {
    handover.abort();
    throw thrown;
  }
  return { bytes, pullingId };
}
