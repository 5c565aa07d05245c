/** Traffic Light Protocol labels, 1.0 and 2.0 folded together (2.0 renamed WHITE to CLEAR). Order is from least to most restricted. FIRST TLP 2.0. */
export const TLP_LEVELS = ['none', 'clear', 'green', 'amber', 'amber+strict', 'red'] as const;
export type Tlp = (typeof TLP_LEVELS)[number];

/** Full label as FIRST writes it; `none` has no label. */
export function tlpLabel(tlp: Tlp): string {
  return tlp === 'none' ? 'No TLP' : `TLP:${tlp.toUpperCase()}`;
}

/** FIRST's text colours, always on #000000, the same in both themes. */
export const TLP_COLOURS: Readonly<Record<Exclude<Tlp, 'none'>, string>> = {
  clear: '#FFFFFF',
  green: '#33FF00',
  amber: '#FFC000',
  'amber+strict': '#FFC000',
  red: '#FF2B2B',
};

/** True when `tlp` is more restricted than `ceiling` allows. Unmarked records are above no ceiling. */
export function aboveCeiling(tlp: Tlp, ceiling: Tlp): boolean {
  return TLP_LEVELS.indexOf(tlp) > TLP_LEVELS.indexOf(ceiling);
}

/** marking-definition ids: STIX 2.0/2.1 section on TLP (v1), and OASIS' TLP 2.0 extension definitions. */
export const TLP_MARKING_IDS: Readonly<Record<string, Tlp>> = {
  'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9': 'clear',
  'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da': 'green',
  'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82': 'amber',
  'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed': 'red',
  'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487': 'clear',
  'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb': 'green',
  'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421': 'amber',
  'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003': 'amber+strict',
  'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1': 'red',
};
