import { CloseButton, Modal } from '@mantine/core';
import type { ReactNode } from 'react';

/**
 * A modal dialog with a title. Mantine's own header would be a second banner of the page, and its scroll lock puts a style
 * without a nonce into the page; the page itself never scrolls.
 */
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
  return (
    <Modal.Root opened onClose={onClose} size={size} lockScroll={false}>
      <Modal.Overlay />
      <Modal.Content aria-label={title}>
        <div className="dialog-head">
          <h2>{title}</h2>
          <CloseButton size="sm" className="spread" aria-label="Close" onClick={onClose} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
