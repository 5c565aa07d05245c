import { ActionIcon, Button, Checkbox, Popover, Select } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns3, IconMinus, IconPlus } from '@tabler/icons-react';
import type { RecordSort } from '../../../shared/records.ts';
import { sortBy, useReview } from '../../state/review.ts';
import { FLEXIBLE_MIN } from './column-arrangement.ts';
import { useColumns } from './use-columns.ts';

/** Which columns, in which order and width, and how rows are sorted: all of it by keyboard too. */
export function ColumnsMenu() {
  const { columns, arrangement } = useColumns();
  const sort = useReview((s) => s.sort);
  const sorts = [
    { value: 'arrival', label: 'Arrival' },
    ...columns.flatMap((c) =>
      c.sort === undefined || c.sort === 'arrival' ? [] : [{ value: c.sort, label: c.title }],
    ),
  ];
  return (
    <Popover position="bottom-end" trapFocus returnFocus withRoles width={340}>
      <Popover.Target>
        <ActionIcon aria-label="Columns and order" title="Columns and order">
          <IconColumns3 size={16} stroke={1.6} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns and order">
        <div className="row">
          <Select
            aria-label="Sort by"
            data={sorts}
            value={sort.by}
            comboboxProps={{ withinPortal: false }}
            onChange={(by) => {
              if (by !== null && by !== sort.by) sortBy(by as RecordSort['by']);
            }}
          />
          <Button onClick={() => sortBy(sort.by)}>{sort.dir === 'asc' ? 'Ascending' : 'Descending'}</Button>
        </div>
        <ul className="column-list">
          {columns.map((c, i) => (
            <li key={c.id} className="row">
              <Checkbox
                label={c.title}
                checked={c.shown}
                onChange={(event) => arrangement.show(c.id, event.currentTarget.checked)}
              />
              <span className="spread row" style={{ gap: 0 }}>
                <ActionIcon
                  size={22}
                  aria-label={`${c.title}: narrower`}
                  onClick={() => arrangement.resize(c.id, (c.width ?? FLEXIBLE_MIN) - 16)}
                >
                  <IconMinus size={13} />
                </ActionIcon>
                <ActionIcon
                  size={22}
                  aria-label={`${c.title}: wider`}
                  onClick={() => arrangement.resize(c.id, (c.width ?? FLEXIBLE_MIN) + 16)}
                >
                  <IconPlus size={13} />
                </ActionIcon>
                <ActionIcon
                  size={22}
                  aria-label={`${c.title}: earlier`}
                  disabled={i === 0}
                  onClick={() => arrangement.move(c.id, -1)}
                >
                  <IconArrowUp size={13} />
                </ActionIcon>
                <ActionIcon
                  size={22}
                  aria-label={`${c.title}: later`}
                  disabled={i === columns.length - 1}
                  onClick={() => arrangement.move(c.id, 1)}
                >
                  <IconArrowDown size={13} />
                </ActionIcon>
              </span>
            </li>
          ))}
        </ul>
        <Button variant="subtle" size="compact-xs" onClick={() => arrangement.reset()}>
          Back to the usual columns
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
