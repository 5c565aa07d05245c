import type { LogLine } from '../ports.ts';

/**
 * The collectors' own line: `2023-01-10T15:22:57.146    INFO MainProcess::MainThread -> text`: UTC with milliseconds and no zone,
 * a space, the level right-aligned to 7, a space, process::thread, arrow. Seed 000, "Initialization".
 * Line breaks and control characters in hostile text are shown as escapes: one event, one line.
 */
export function formatLogLine(
  line: Pick<LogLine, 'at' | 'level' | 'process' | 'thread' | 'message'>,
): string {
  const time = new Date(line.at).toISOString().slice(0, -1);
  return `${time} ${line.level.padStart(7)} ${line.process}::${line.thread} -> ${oneLine(line.message)}`;
}

const CONTROL = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Control characters, line breaks and bidirectional controls as `\uXXXX`. */
export function oneLine(text: string): string {
  return text.replace(CONTROL, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
