import { Command, CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { count, type FilterOptions, filterOf, withFilters } from '../../../main/node/filter-options.ts';

function parse(...args: string[]): FilterOptions {
  let got: FilterOptions = {};
  const command = withFilters(new Command('x').exitOverride().configureOutput({ writeErr: () => {} }));
  command.action((options: FilterOptions) => {
    got = options;
  });
  command.parse(args, { from: 'user' });
  return got;
}

describe('filters of the command line', () => {
  test('each may be given more than once and means any of', () => {
    const options = parse(
      '--source',
      'a',
      '--source',
      'b',
      '--kind',
      'object',
      '--type',
      'malware',
      '--text',
      'two words',
      '--limit',
      '5',
    );
    expect(filterOf(options)).toEqual({
      source: ['a', 'b'],
      kind: ['object'],
      type: ['malware'],
      text: 'two words',
    });
    expect(options.limit).toBe(5);
  });

  test('all of them arrive under their names', () => {
    const options = parse(
      '--collection',
      'c',
      '--severity',
      'Critical',
      '--change',
      'gone',
      '--id',
      'i--1',
      '--decision',
      'held',
      '--delivery',
      'handed_over',
    );
    expect(filterOf(options)).toEqual({
      collection: ['c'],
      severity: ['Critical'],
      change: ['gone'],
      id: ['i--1'],
      decision: ['held'],
      delivery: ['handed_over'],
    });
  });

  test('none means everything; options of the command itself are no filters', () => {
    expect(filterOf({})).toEqual({});
    expect(filterOf({ ...parse(), data: '/x', raw: true } as FilterOptions)).toEqual({});
  });

  test.each([
    ['--kind', 'bundle'],
    ['--decision', 'yes'],
    ['--delivery', 'sent'],
    ['--limit', '-1'],
    ['--limit', '1e3'],
    ['--limit', ''],
  ])('%s %s is wrong use', (...args) => {
    expect(() => parse(...args)).toThrow(CommanderError);
  });

  test('a count is whole digits', () => {
    expect(count('0')).toBe(0);
    expect(count('007')).toBe(7);
    for (const wrong of ['', ' 1', '1.0', '+1', '0x10', 'Infinity', '१'])
      expect(() => count(wrong)).toThrow();
  });
});
