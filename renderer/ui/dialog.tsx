import { CloseButton, Modal } from '@mantine/core';
import { type ReactNode, useId } from 'react';

/** A modal dialog with a title. Mantine's own header would be a second banner of the page. */
export function Dialog({
  title,
  size,
  onClose,
  children,
}: {
  title: string;
  size: number;
  onClose: () => void;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <Modal.Root opened onClose={onClose} size={size}>
      <Modal.Overlay />
      <Modal.Content aria-labelledby={id}>
        <div className="dialog-head">
          <h2 id={id}>{title}</h2>
          <CloseButton size="sm" className="spread" aria-label="Close" onClick={onClose} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
