import { PRODUCER_ID, type SampleObject, STATEMENT_ID } from './sample-stix-object.ts';

const tlp1 = (level: string, id: string): SampleObject => ({
  type: 'marking-definition',
  spec_version: '2.1',
  id: `marking-definition--${id}`,
  created: '2017-01-20T00:00:00.000Z',
  definition_type: 'tlp',
  name: `TLP:${level.toUpperCase()}`,
  definition: { tlp: level },
});

/** The extension that carries TLP 2.0 in STIX 2.1. OASIS cti-stix-common-objects. */
const TLP2_EXTENSION = 'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d';

const tlp2 = (level: string, id: string): SampleObject => ({
  type: 'marking-definition',
  spec_version: '2.1',
  id: `marking-definition--${id}`,
  created: '2022-10-01T00:00:00.000Z',
  name: `TLP:${level.toUpperCase()}`,
  extensions: { [TLP2_EXTENSION]: { extension_type: 'property-extension', tlp_2_0: level } },
});

export const TLP1_MARKINGS = [
  tlp1('white', '613f2e26-407d-48c7-9eca-b8e91df99dc9'),
  tlp1('green', '34098fce-860f-48ae-8e50-ebd3cc5e41da'),
  tlp1('amber', 'f88d31f6-486f-44da-b317-01333bde0b82'),
  tlp1('red', '5e57c739-391a-4eb3-b6be-7d15ca92d5ed'),
];
export const TLP2_MARKINGS = [
  tlp2('clear', '94868c89-83c2-464b-929b-a1a8aa3c8487'),
  tlp2('green', 'bab4a63c-aed9-4cf5-a766-dfca5abac2bb'),
  tlp2('amber', '55d920b0-5e8b-4f79-9ee9-91f868d9b421'),
  tlp2('amber+strict', '939a9414-2ddd-4d32-a0cd-375ea402b003'),
  tlp2('red', 'e828b379-4e03-4974-9ac4-e53a884c97c1'),
];

export const STATEMENT_MARKING: SampleObject = {
  type: 'marking-definition',
  id: STATEMENT_ID,
  definition_type: 'statement',
  definition: { statement: 'Sample data made for the Sluice demo. All names are invented.' },
  created_by_ref: PRODUCER_ID,
  created: '2025-09-01T00:00:00.000Z',
  spec_version: '2.1',
};

export const SCORE_EXTENSION: SampleObject = {
  type: 'extension-definition',
  id: 'extension-definition--7d1c5f0e-3b64-4f6c-9a42-0c8e2b7d6a15',
  name: 'Demo risk score',
  description: 'Adds a score from 0 to 100 to domain objects.',
  schema: 'https://schemas.example.org/demo-risk-score/v1.json',
  version: '1.0.0',
  extension_types: ['property-extension'],
  created_by_ref: PRODUCER_ID,
  created: '2025-09-01T00:00:00.000Z',
  modified: '2025-09-01T00:00:00.000Z',
  spec_version: '2.1',
};

export const PRODUCER: SampleObject = {
  type: 'identity',
  id: PRODUCER_ID,
  name: 'Sluice demo desk',
  description: 'Produces the sample feeds.',
  identity_class: 'organization',
  sectors: ['technology'],
  contact_information: 'desk@demo.example',
  created: '2025-09-01T00:00:00.000Z',
  modified: '2025-09-01T00:00:00.000Z',
  spec_version: '2.1',
};

/** A German translation of some of an object's texts. STIX 2.1 section 7.1. */
export function languageContent(
  object: SampleObject,
  uuid: string,
  name: string,
  description: string,
): SampleObject {
  return {
    type: 'language-content',
    id: `language-content--${uuid}`,
    object_ref: object.id,
    object_modified: object.modified,
    contents: { de: { name, description } },
    created_by_ref: PRODUCER_ID,
    created: '2026-03-02T08:00:00.000Z',
    modified: '2026-03-02T08:00:00.000Z',
    spec_version: '2.1',
  };
}
