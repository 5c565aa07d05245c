import { describe, expect, it } from 'vitest';
import {
  readColumns,
  readJobIds,
  readJobState,
  readStartedJob,
  serverText,
} from '../../../../main/engine/devo/lookup/job.ts';

const at = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, n)).toISOString();
const ID = '8b6b6a0e-0d8c-4a7e-9a53-0e6c5f0f4c11';

describe('the state of a job', () => {
  it.each([
    [{ statuses: [{ status: 'PENDING' }, { status: 'COMPLETED' }] }, 'done'],
    [[{ state: 'created' }, { state: 'Succeeded' }], 'done'],
    [{ history: ['pending', 'running', 'finished'] }, 'done'],
    [{ status: 'job_completed' }, 'done'],
    [{ job: { id: ID, status: 'DONE' } }, 'done'],
    [{ statuses: [{ status: { name: 'SUCCESS' } }] }, 'done'],
    ['COMPLETED', 'done'],
    [{ status: 'FAILED' }, 'failed'],
    [{ statuses: [{ status: 'uploadFailed' }] }, 'failed'],
    [{ status: 'unsuccessful' }, 'failed'],
    [{ status: 'COMPLETED_WITH_ERRORS' }, 'failed'],
    [{ status: 'Cancelled' }, 'failed'],
    [{ status: 'timed out' }, 'failed'],
    [{ statuses: [{ status: 'PENDING' }] }, 'running'],
    [{ status: 'INCOMPLETE' }, 'running'],
    [{ status: 'UPLOAD_COMPLETED' }, 'running'],
    [{}, 'running'],
    [null, 'running'],
    ['', 'running'],
    [42, 'running'],
    [{ statuses: [] }, 'running'],
  ])('of %j is %s', (answer, state) => {
    expect(readJobState(answer).state).toBe(state);
  });

  it('is the newest end by time, and a failure where no times say which came last', () => {
    const entry = (status: string, second?: number) => ({
      status,
      ...(second === undefined ? {} : { timestamp: at(second) }),
    });
    expect(readJobState([entry('COMPLETED', 3), entry('FAILED', 1), entry('RUNNING', 2)]).state).toBe('done');
    expect(readJobState([entry('FAILED', 9), entry('COMPLETED', 3)]).state).toBe('failed');
    expect(readJobState([entry('FAILED'), entry('COMPLETED')]).state).toBe('failed');
    expect(readJobState([entry('RUNNING', 5), entry('PENDING', 1)]).word).toBe('RUNNING');
  });

  it('tells what the server says, bounded', () => {
    const message = `Row 7\u001b[31m is bad.\n${'x'.repeat(500)}`;
    const { text } = readJobState({ statuses: [{ status: 'FAILED', message }] });
    expect(text).toMatch(/^Row 7 \[31m is bad\. x+…$/);
    expect(text.length).toBeLessThanOrEqual(301);
    expect(serverText({ title: 'Bad', detail: 'No such column', status: 400 })).toBe('Bad: No such column');
    expect(serverText('<html>x</html>')).toBe('<html>x</html>');
  });
});

describe('ids and columns', () => {
  it('are found where servers put them', () => {
    expect(readStartedJob({ jobId: ID })).toBe(ID);
    expect(readStartedJob({ job: { id: ID } })).toBe(ID);
    expect(readStartedJob({ data: { job_id: ID } })).toBe(ID);
    expect(readStartedJob({ jobs: [ID] })).toBe(ID);
    expect(readStartedJob({ id: ID })).toBe(ID);
    for (const none of [
      { id: 'CEWL' },
      { status: 'accepted' },
      null,
      '',
      { jobs: ['a', 'b'] },
      { jobId: '../x' },
    ])
      expect(readStartedJob(none)).toBeNull();
    expect(readJobIds({ jobs: [ID, '../../etc', 7, { id: 'j2' }] })).toEqual([ID, 'j2']);
    expect(readJobIds(null)).toEqual([]);
    expect(readColumns({ columns: [{ name: 'cve', type: 'STRING' }] })).toEqual([
      { name: 'cve', type: 'STRING' },
    ]);
    expect(readColumns({ lookup: { columns: ['cve'] } })).toEqual([{ name: 'cve', type: '' }]);
    expect(readColumns({ id: 'CEWL' })).toBeNull();
  });
});
