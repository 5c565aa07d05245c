/** Rows of a CSV text, strictly as RFC 4180 has it: CRLF or LF ends a record, quotes are doubled inside quotes. Throws where it is not. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let i = 0; i < text.length; ) {
    let cell = '';
    if (text[i] === '"') {
      const { value, next } = quoted(text, i);
      cell = value;
      i = next;
    } else {
      const end = endOfBare(text, i);
      cell = text.slice(i, end);
      if (cell.includes('"')) throw new Error(`A quote in the middle of a cell, at ${i}.`);
      i = end;
    }
    row.push(cell);
    if (text[i] === ',') {
      i += 1;
      // A comma at the very end of a row is followed by one more, empty cell.
      if (i === text.length) row.push('');
      else continue;
    } else if (text.startsWith('\r\n', i)) i += 2;
    else if (text[i] === '\n') i += 1;
    else if (i < text.length) throw new Error(`Neither a comma nor the end of a row after a cell, at ${i}.`);
    rows.push(row);
    row = [];
  }
  return rows;
}

function quoted(text: string, start: number): { value: string; next: number } {
  let value = '';
  for (let i = start + 1; ; ) {
    const quote = text.indexOf('"', i);
    if (quote < 0) throw new Error(`A quoted cell has no end, from ${start}.`);
    value += text.slice(i, quote);
    if (text[quote + 1] !== '"') return { value, next: quote + 1 };
    value += '"';
    i = quote + 2;
  }
}

const BARE_END = /,|\r\n|\n/g;

function endOfBare(text: string, from: number): number {
  BARE_END.lastIndex = from;
  return BARE_END.exec(text)?.index ?? text.length;
}
