/**
 * Frees a buffer's memory at once, where it has one of its own: the garbage collector takes its time, and large buffers come quickly one
 * after the other. Every view of it is empty afterwards. Small buffers share memory, and stay.
 */
export function giveBack(bytes: ArrayBufferView): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) buffer.transfer(0);
}
