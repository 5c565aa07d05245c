import { Button, Select, Switch, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Failure } from '../../../shared/errors.ts';
import type { LogLineView } from '../../../shared/views/app.ts';
import { bridge, call, failureOf } from '../../bridge.ts';
import { useCommand } from '../../commands.ts';
import { useEngine } from '../../state/engine.ts';
import { useNavigation } from '../../state/navigation.ts';
import { attempt } from '../../state/notices.ts';
import { prefer, usePreferences } from '../../state/preferences.ts';
import { copyText } from '../../ui/copy-button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { collectorLine, countOf } from '../../ui/format.ts';
import { Empty, Skeleton } from '../../ui/parts.tsx';
import { linesFrom } from './lines-from.ts';
import { LogLine } from './log-line.tsx';
import '../../styles/log.css';

type Level = LogLineView['level'];
const CHOICES = [
  { value: 'DEBUG', label: 'All levels' },
  { value: 'INFO', label: 'INFO and above' },
  { value: 'WARNING', label: 'WARNING and above' },
  { value: 'ERROR', label: 'ERROR only' },
] as const;
const PAGE = 500;
/** Lines kept on screen. */
const MOST = 3000;

/** The collectors' log: newest at the end, followed while it grows. */
export function LogView() {
  const from = useNavigation((s) => s.path[0] ?? '');
  const [level, setLevel] = useState<Level>('DEBUG');
  const [text, setText] = useState(from);
  const [asked, setAsked] = useState(from);
  const { lines, failure, more, older, reload } = useLines(level, asked);
  const follow = usePreferences((p) => p.logFollow);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useCommand('review.filter', () => field.current?.select());

  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), 220);
    return () => clearTimeout(timer);
  }, [text]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines move the end
  useLayoutEffect(() => {
    if (follow && list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  }, [lines, follow]);

  const drawn = lines !== null && lines.length > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is there once there are lines
  useEffect(() => {
    const el = list.current;
    if (!follow || el === null) return;
    const observer = new ResizeObserver(() => {
      el.scrollTop = el.scrollHeight;
    });
    observer.observe(el);
    return () => observer.disconnect();
  }, [follow, drawn]);

  /** Only going back up ends the following: lines that wrap anew move the end too. */
  const stood = useRef(0);
  const onScroll = () => {
    const el = list.current;
    if (el === null) return;
    const up = el.scrollTop < stood.current;
    stood.current = el.scrollTop;
    if (follow && up && el.scrollHeight - el.scrollTop - el.clientHeight > 120) prefer({ logFollow: false });
  };

  return (
    <div className="log">
      <div className="log-bar row">
        <TextInput
          ref={field}
          className="filter-search"
          leftSection={<IconSearch size={14} />}
          placeholder="Filter lines  ( / )"
          aria-label="Filter lines by text"
          maxLength={500}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select
          aria-label="Level"
          w={170}
          data={CHOICES}
          value={level}
          onChange={(value) => setLevel(CHOICES.find((c) => c.value === value)?.value ?? 'DEBUG')}
        />
        <Switch
          label="Follow"
          checked={follow}
          onChange={(event) => prefer({ logFollow: event.currentTarget.checked })}
        />
        <span className="spread dim">{lines === null ? '' : countOf(lines.length, 'line')}</span>
        <Button
          disabled={lines === null || lines.length === 0}
          onClick={() =>
            void copyText((lines ?? []).map(collectorLine).join('\n'), countOf(lines?.length ?? 0, 'line'))
          }
        >
          Copy
        </Button>
        {bridge.capabilities.openLogFolder ? (
          <Button onClick={() => attempt('The folder could not be opened', () => bridge.openLogFolder())}>
            Open folder
          </Button>
        ) : null}
      </div>
      {failure !== null ? (
        <div className="page">
          <FailureNote failure={failure} action={<Button onClick={() => void reload()}>Try again</Button>} />
        </div>
      ) : lines === null ? (
        <Skeleton lines={14} />
      ) : lines.length === 0 ? (
        <Empty
          title={asked === '' && level === 'DEBUG' ? 'The log is empty' : 'No line matches'}
          action={
            asked === '' && level === 'DEBUG' ? undefined : (
              <Button
                variant="filled"
                onClick={() => {
                  setText('');
                  setLevel('DEBUG');
                }}
              >
                Show all lines
              </Button>
            )
          }
        >
          <p>Pulls, hand-overs and errors are written here in the collectors' own format.</p>
        </Empty>
      ) : (
        <div
          ref={list}
          className="log-lines"
          role="log"
          aria-label="Log lines"
          aria-live="off"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          onScroll={onScroll}
        >
          {more ? (
            <Button variant="subtle" size="compact-xs" onClick={() => void older()}>
              Older lines
            </Button>
          ) : null}
          {lines.map((line) => (
            <LogLine key={line.seq} line={line} />
          ))}
        </div>
      )}
    </div>
  );
}

/** The lines that match, kept up with the log. */
function useLines(level: Level, text: string) {
  const seq = useEngine((s) => s.logSeq);
  const [lines, setLines] = useState<readonly LogLineView[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [more, setMore] = useState(false);
  const asking = useRef(false);
  const newest = useRef(0);

  const query = useCallback(
    (at: { before?: number; after?: number }) =>
      linesFrom(level, (one) =>
        call('log.page', {
          ...at,
          ...(one === null ? {} : { level: one }),
          ...(text === '' ? {} : { text }),
          limit: PAGE,
        }),
      ).then((lines) => (at.after === undefined ? lines.slice(-PAGE) : lines.slice(0, PAGE))),
    [level, text],
  );

  const reload = useCallback(async () => {
    try {
      const page = await query({});
      newest.current = page.at(-1)?.seq ?? 0;
      setLines(page);
      setMore(page.length === PAGE);
      setFailure(null);
    } catch (thrown) {
      setFailure(failureOf(thrown));
    }
  }, [query]);

  useEffect(() => {
    void reload();
  }, [reload]);

  useEffect(() => {
    if (seq <= newest.current || asking.current) return;
    asking.current = true;
    const timer = setTimeout(() => {
      query({ after: newest.current })
        .then((page) => {
          newest.current = Math.max(newest.current, page.at(-1)?.seq ?? 0);
          setLines((old) => [...(old ?? []), ...page].slice(-MOST));
        })
        .catch(() => undefined)
        .finally(() => {
          asking.current = false;
        });
    }, 120);
    return () => {
      clearTimeout(timer);
      asking.current = false;
    };
  }, [seq, query]);

  const older = async () => {
    const before = lines?.[0]?.seq;
    if (before === undefined) return;
    try {
      const page = await query({ before });
      setLines((old) => [...page, ...(old ?? [])].slice(0, MOST));
      setMore(page.length === PAGE);
    } catch (thrown) {
      setFailure(failureOf(thrown));
    }
  };

  return { lines, failure, more, older, reload };
}
