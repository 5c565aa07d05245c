import { ActionIcon } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { say } from '../state/notices.ts';

/** Copies; where the browser forbids it, says so. */
export async function copyText(text: string, what: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    say(`Copied ${what}.`);
    return true;
  } catch {
    say('The browser did not allow copying. Select the text and copy it with the keyboard.');
    return false;
  }
}

/** `what` names the thing: "Copy the id". */
export function CopyButton({ text, what, size = 22 }: { text: string; what: string; size?: number }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1200);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <ActionIcon
      size={size}
      aria-label={`Copy ${what}`}
      title={`Copy ${what}`}
      onClick={() => void copyText(text, what).then(setDone)}
    >
      {done ? <IconCheck size={14} /> : <IconCopy size={14} />}
    </ActionIcon>
  );
}
