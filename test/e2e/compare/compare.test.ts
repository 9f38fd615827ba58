// The comparison itself: it must find what is wrong and forgive only what it has seen vary.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, learn } from './compare.ts';
import type { Told } from './told.ts';

function sample(change: (told: Told) => void = () => undefined): Told {
  const told: Told = {
    answers: {
      threads: [{ success: true, body: { threads: [{ id: 1, name: 'main' }] } }],
      variables: [
        { success: true, body: { variables: [{ name: 'p', value: '(*T)(0xc000012345)' }] } },
        { success: true, body: { variables: [{ name: 'n', value: '7' }] } },
      ],
    },
    events: {
      stopped: [{ body: { reason: 'breakpoint' } }, { body: { reason: 'step' } }],
      process: [{ body: { pid: 100 } }],
    },
    output: { stdout: 'one\ntwo\n' },
  };
  change(told);
  return told;
}

const places = (a: Told, b: Told, runs: Told[] = [a]) => compare(a, b, learn(runs)).map(({ place }) => place);

test('equal runs have no difference', () => {
  assert.deepEqual(places(sample(), sample()), []);
});

test('a changed value, a missing event, an extra event and swapped events are found', () => {
  const changed = sample((told) => (told.answers.variables = [sample().answers.variables?.[0] ?? null, { body: 8 }]));
  assert.notDeepEqual(places(sample(), changed), []);
  const missing = sample((told) => told.events.stopped?.pop());
  assert.deepEqual(places(sample(), missing), ['events.stopped']);
  const extra = sample((told) => (told.events.continued = [{ body: {} }]));
  assert.deepEqual(places(sample(), extra), ['events.continued']);
  const swapped = sample((told) => told.events.stopped?.reverse());
  assert.deepEqual(places(sample(), swapped), ['events.stopped.0.body.reason', 'events.stopped.1.body.reason']);
});

test('a place that varied directly is forgiven, its neighbour is not', () => {
  const pid = (value: number) => (told: Told) => (told.events.process = [{ body: { pid: value } }]);
  const runs = [sample(), sample(pid(200))];
  assert.deepEqual(places(sample(), sample(pid(300)), runs), []);
  assert.deepEqual(
    places(
      sample(),
      sample((told) => told.events.stopped?.pop()),
      runs,
    ),
    ['events.stopped'],
  );
});

test('addresses are forgiven everywhere only once they were seen to move', () => {
  const at = (address: string) => (told: Told) =>
    (told.answers.variables = [
      { success: true, body: { variables: [{ name: 'p', value: `(*T)(${address})` }] } },
      { success: true, body: { variables: [{ name: 'n', value: '7' }] } },
    ]);
  const moved = sample(at('0xc0000aaaaa'));
  assert.equal(places(sample(), moved).length, 1);
  assert.deepEqual(places(sample(), sample(at('0xc0000bbbbb')), [sample(), moved]), []);
});

test('output that varies by itself must still hold what every direct run printed', () => {
  const printing = (text: string) => sample((told) => (told.output.stdout = text));
  const runs = [printing('one\ntwo\nx\n'), printing('two\none\ny\n')];
  const first = printing('one\ntwo\nx\n');
  assert.deepEqual(places(first, printing('z\ntwo\none\n'), runs), []);
  assert.deepEqual(places(first, printing('two\n'), runs), ['output.stdout']);
});

test('output of two writers may be mixed in another way, but nothing of it may be lost', () => {
  const printing = (text: string) => sample((told) => (told.output.stdout = text));
  const runs = [printing('one\ntwo\n'), printing('onetwo\n\n')];
  assert.deepEqual(places(printing('one\ntwo\n'), printing('two\none\n'), runs), []);
  assert.deepEqual(places(printing('one\ntwo\n'), printing('two\non\n'), runs), ['output.stdout']);
});

test('an exception covers its own place and nothing more', () => {
  const declared = sample((told) => (told.answers.initialize = [{ body: { a: true, b: true } }]));
  const plain = sample((told) => (told.answers.initialize = [{ body: {} }]));
  const exception = { place: 'answers.initialize.*.body.a', allows: true, reason: 'a test' };
  assert.deepEqual(
    compare(plain, declared, learn([plain]), [exception]).map(({ place }) => place),
    ['answers.initialize.0.body.b'],
  );
});
