/**
 * Written overrides of a destination's highest TLP, kept for good. Which of the records are still let through is in the marks of the
 * destination (`MARK_OVERRIDE` in columns.ts): an older Sluice would not heed them, so the format moves on.
 */
export const sql = `
-- place: where the destination went then. ceiling, highest: TLP. parts: JSON list of {source, tlp, records}. keys: u32 pairs first, count.
-- withdrawn: epoch ms; why: where that was not a person's doing.
CREATE TABLE override (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  destination INTEGER NOT NULL REFERENCES destination,
  place TEXT NOT NULL,
  at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  ceiling TEXT NOT NULL,
  highest TEXT NOT NULL,
  records INTEGER NOT NULL,
  parts TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  keys BLOB NOT NULL,
  withdrawn INTEGER,
  why TEXT
);
`;
