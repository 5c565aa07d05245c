import { TLP_COLOURS, type Tlp, tlpLabel } from '../../shared/tlp.ts';

/** The full label in FIRST's colours on black, the same in both themes. Unmarked records say so quietly. */
export function TlpChip({ tlp }: { tlp: Tlp }) {
  if (tlp === 'none') return <span className="dim">{tlpLabel(tlp)}</span>;
  return (
    <span className="tlp" style={{ color: TLP_COLOURS[tlp] }}>
      {tlpLabel(tlp)}
    </span>
  );
}
