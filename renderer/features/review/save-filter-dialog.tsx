import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { call } from '../../bridge.ts';
import type { Asked } from '../../state/filter.ts';
import { attempt, say } from '../../state/notices.ts';
import { Dialog } from '../../ui/dialog.tsx';

/** Names the filter; a name that exists is replaced. */
export function SaveFilterDialog({ filter, onClose }: { filter: Asked; onClose: () => void }) {
  const [name, setName] = useState('');
  const save = (event: React.FormEvent) => {
    event.preventDefault();
    attempt('The filter could not be saved', async () => {
      await call('filters.save', { name: name.trim(), filter });
      say(`Saved the filter ${name.trim()}.`);
      onClose();
    });
  };
  return (
    <Dialog title="Save this filter" size={380} onClose={onClose}>
      <form onSubmit={save} className="stack">
        <TextInput
          data-autofocus
          label="Name"
          description="A filter of the same name is replaced."
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" disabled={name.trim() === ''}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
