import { TLP_LEVELS, type Tlp } from '../../../shared/tlp.ts';
import { count, countOf } from '../../ui/format.ts';
import { TlpChip } from '../../ui/tlp-chip.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';

interface Part {
  source: string;
  tlp: Tlp | null;
  records: number;
}

/** Records of one TLP, with where they are from. */
export interface TlpLevel {
  tlp: Tlp;
  records: number;
  sources: readonly Part[];
}

/** Counts by TLP, the least restricted first. */
export function levelsOf(parts: readonly Part[]): TlpLevel[] {
  return TLP_LEVELS.map((tlp) => {
    const sources = parts.filter((p) => p.tlp === tlp);
    return { tlp, sources, records: sources.reduce((sum, p) => sum + p.records, 0) };
  }).filter((level) => level.records > 0);
}

/** The label, how many, and of which sources; aligned under one another. */
export function LevelLine({ level }: { level: TlpLevel }) {
  return (
    <span className="tlp-level">
      <span>
        <TlpChip tlp={level.tlp} />
      </span>
      <span className="num">{countOf(level.records, 'record')}</span>
      <span className="dim">
        from{' '}
        {level.sources.map((p, i) => (
          <span key={p.source}>
            {i === 0 ? '' : ', '}
            <VisibleText text={p.source} />
            {level.sources.length === 1 ? '' : `\u00a0(${count(p.records)})`}
          </span>
        ))}
      </span>
    </span>
  );
}
