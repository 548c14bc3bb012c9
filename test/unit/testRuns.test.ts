import * as assert from 'node:assert/strict';
import { add, noResults, slowestReport, totalSeconds, type Results } from '../../scripts/results/results';
import { chosenSuites } from '../host/suiteNames';

describe('The choice of host suites', () => {
  const all = ['commands', 'results', 'text/batches', 'text/results', 'text/times', 'tree/times'];

  it('is all of them without a name', () => {
    assert.deepEqual(chosenSuites(all, [], []), all);
  });

  it('takes a path, or a base name that only one suite has', () => {
    assert.deepEqual(chosenSuites(all, ['text/results', 'batches'], []), ['text/batches', 'text/results']);
    assert.deepEqual(chosenSuites(all, [], ['text/times', 'commands']), [
      ...['results', 'text/batches', 'text/results', 'tree/times'],
    ]);
  });

  it('takes a base name for the path that equals it', () => {
    assert.deepEqual(chosenSuites(all, ['results'], []), ['results']);
  });

  it('refuses a name that no suite has, or more than one', () => {
    assert.throws(() => chosenSuites(all, ['comands'], []), /There is no suite "comands"/);
    assert.throws(() => chosenSuites(all, [], ['times']), /"times" can be any of: text\/times, tree\/times/);
  });
});

describe('The report of the slowest tests', () => {
  const results = (...seconds: number[]): Results => ({
    ...noResults,
    times: seconds.map((each) => ({ title: `test of ${each}`, seconds: each })),
  });

  it('orders the tests of all suites, and cuts the list', () => {
    const suites = [
      { suite: 'unit', results: results(0.25, 3) },
      { suite: 'host', results: results(12.34) },
    ];
    assert.equal(slowestReport(suites, 2), '  12.3 s   host: test of 12.34\n   3.0 s   unit: test of 3');
  });

  it('is empty without timed tests', () => {
    assert.equal(slowestReport([{ suite: 'lint', results: noResults }]), '');
  });

  it('adds up the times of several runs', () => {
    assert.equal(totalSeconds(add(results(1, 2), results(3))), 6);
  });
});
