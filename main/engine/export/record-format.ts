import { randomUUID } from 'node:crypto';
import type { RecordRow } from '../../../shared/records.ts';
import type { ExportFormat } from '../../../shared/views/export.ts';
import { hasLineBreak, lineBreaksToSpaces } from '../devo/framing.ts';
import type { KnownNames } from '../review/known-names.ts';
import { CSV_HEADER, csvLine } from './csv-line.ts';

const CR = 0x0d;
const EMPTY = Buffer.alloc(0);
const LF = Buffer.from('\n', 'latin1');

/** How records become a file. Used for one file, from `begin` over each record's pieces to `end`. */
export interface RecordFormat {
  /** Records are asked for with the server's text. */
  readonly texts: boolean;
  readonly begin: Buffer;
  /** A record's bytes, in pieces. `raw` is the server's text, empty where `texts` is false. */
  pieces(row: RecordRow, raw: Buffer): readonly Buffer[];
  end(): Buffer;
}

export function recordFormat(format: ExportFormat, names: KnownNames): RecordFormat {
  if (format === 'stix') return stixBundle();
  return format === 'jsonl' ? jsonLines() : csvTable(names);
}

/**
 * One bundle, each object's text byte for byte. A bundle without objects has no `objects`: no list in STIX is empty. STIX 2.1, 8 and 2.9.
 */
function stixBundle(): RecordFormat {
  const first = Buffer.from(',"objects":[\n', 'latin1');
  const next = Buffer.from(',\n', 'latin1');
  let objects = 0;
  return {
    texts: true,
    begin: Buffer.from(`{"type":"bundle","id":"bundle--${randomUUID()}"`, 'latin1'),
    pieces: (_row, raw) => [objects++ === 0 ? first : next, raw],
    end: () => Buffer.from(objects === 0 ? '}\n' : '\n]}\n', 'latin1'),
  };
}

/** One object a line. A line break in well-formed JSON stands between tokens, so a space in its place changes nothing. */
function jsonLines(): RecordFormat {
  return {
    texts: true,
    begin: EMPTY,
    pieces: (_row, raw) => {
      const broken = hasLineBreak(raw, 0, raw.length) || raw.includes(CR);
      return [broken ? lineBreaksToSpaces(raw, 0, raw.length) : raw, LF];
    },
    end: () => EMPTY,
  };
}

function csvTable(names: KnownNames): RecordFormat {
  return {
    texts: false,
    begin: Buffer.from(CSV_HEADER, 'utf8'),
    pieces: (row) => names.in([row]).map((named) => Buffer.from(csvLine(named), 'utf8')),
    end: () => EMPTY,
  };
}
