/** One event as a receiver sees it. */
export interface ReceivedEvent {
  tag: string;
  host: string;
  date: string;
  message: Buffer;
  /** The whole frame with its line feed, without an octet count. Empty for an event that came over HTTP. */
  frame: Buffer;
}

const LF = 0x0a;
const LESS_THAN = 0x3c;
const SPACE = 0x20;
const HEAD =
  /^<\d{1,3}>([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) (\S+) ([^\s:]+): /;
/** Longer heads and counts are no syslog. */
const LONGEST_HEAD = 2048;
const LONGEST_FRAME = 256_000_000;

/** Cuts a byte stream into syslog frames: `<` begins a line, a digit an octet-counted frame (RFC 6587 3.4). Throws on anything else. */
export class SyslogParser {
  readonly #onEvent: (event: ReceivedEvent) => void;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** Bytes needed before another look is worth it; 0 when a line feed decides. */
  #need = 0;

  constructor(onEvent: (event: ReceivedEvent) => void) {
    this.#onEvent = onEvent;
  }

  push(chunk: Buffer): void {
    this.#kept.push(chunk);
    this.#keptBytes += chunk.length;
    if (this.#need > this.#keptBytes || (this.#need === 0 && this.#kept.length > 1 && !chunk.includes(LF)))
      return;
    let bytes = this.#kept.length === 1 ? chunk : Buffer.concat(this.#kept, this.#keptBytes);
    for (;;) {
      const used = this.#frame(bytes);
      if (used === 0) break;
      bytes = bytes.subarray(used);
    }
    // A copy: what is left over must not keep a large chunk alive.
    this.#kept = bytes.length === 0 ? [] : [Buffer.from(bytes)];
    this.#keptBytes = bytes.length;
  }

  /** Bytes of a frame that never ended. */
  get unfinished(): number {
    return this.#keptBytes;
  }

  #frame(bytes: Buffer): number {
    this.#need = 0;
    const first = bytes[0];
    if (first === undefined) return 0;
    if (first === LESS_THAN) {
      const end = bytes.indexOf(LF);
      if (end < 0) return 0;
      this.#emit(bytes.subarray(0, end + 1));
      return end + 1;
    }
    const space = bytes.indexOf(SPACE);
    if (space < 0 && bytes.length < 12) {
      this.#need = bytes.length + 1;
      return 0;
    }
    const count = bytes.toString('latin1', 0, Math.max(0, space));
    if (!/^[1-9]\d{0,9}$/.test(count) || Number(count) > LONGEST_FRAME) {
      throw new Error('Neither a syslog line nor an octet count.');
    }
    const end = space + 1 + Number(count);
    if (bytes.length < end) {
      this.#need = end;
      return 0;
    }
    this.#emit(bytes.subarray(space + 1, end));
    return end;
  }

  #emit(frame: Buffer): void {
    const head = HEAD.exec(frame.toString('latin1', 0, Math.min(frame.length, LONGEST_HEAD)));
    if (head === null) throw new Error('A frame has no syslog head.');
    const [whole, date = '', host = '', tag = ''] = head;
    const end = frame[frame.length - 1] === LF ? frame.length - 1 : frame.length;
    this.#onEvent({ tag, host, date, message: frame.subarray(whole.length, end), frame });
  }
}
