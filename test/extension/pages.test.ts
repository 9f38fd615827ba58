// What a person reads: the status bar, the page of latencies, the way of a breakpoint, a text without secrets.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LinkState } from '../../extension/native.d.ts';
import { explanation } from '../../extension/pure/explain.ts';
import { frame, FrameReader } from '../../extension/pure/frames.ts';
import { duration, latencyBody, latencyPage } from '../../extension/pure/latency_page.ts';
import { learnedRules, likely, ruleBetween } from '../../extension/pure/path_rules.ts';
import { ago } from '../../extension/pure/processes.ts';
import { redact } from '../../extension/pure/redact.ts';
import { measured, reports, type SessionReport } from '../../extension/pure/report.ts';
import { statusText } from '../../extension/pure/status_text.ts';

const link = (more: Partial<LinkState> = {}): LinkState => ({
  kind: 'connected',
  target: 'tls://box:1',
  detail: '',
  security: 'TLSv1.3',
  attempt: 0,
  nextTry: 0,
  ...more,
});
const spread = (median: number, p95: number) => ({ median, p95 });
const report = (): SessionReport => ({
  pid: 1,
  id: 'abc',
  adapter: 'dlv <x>',
  client: 'VS Code',
  target: 'ssh:box',
  link: { state: 'connected', detail: '', security: '', roundTripMs: 43 },
  inspector: { pushes: 10, pushesUsed: 9, pushedBytes: 1, keptBytes: 1 },
  commands: {
    variables: {
      count: 8,
      hits: 5,
      joined: 1,
      asked: 2,
      total: spread(900, 45_000),
      legs: { nearEnd: spread(10, 20), link: spread(300, 400) },
    },
    next: { count: 2, hits: 0, joined: 0, asked: 2, total: spread(44_000, 45_000), legs: {} },
  },
});

describe('The status bar', () => {
  it('says where, how far, and how much was answered here', () => {
    const { text, tooltip, warning } = statusText(link(), 0, measured(report()));
    assert.equal(text, '$(debug-alt) box:1 · 43 ms · 75 % local');
    assert.match(tooltip, /6 of 8 answers came from memory/);
    assert.equal(warning, false);
  });

  it('counts down while the link is down', () => {
    const down = link({ kind: 'reconnecting', detail: 'no route', attempt: 2, nextTry: 4000 });
    assert.match(statusText(down, 0).text, /reconnecting, next try in 4 s/);
    assert.match(statusText(down, 1200).text, /next try in 3 s/);
    assert.match(statusText(down, 5000).text, /trying now/);
    assert.match(statusText(down, 0).tooltip, /no route/);
    assert.equal(statusText(down, 0).warning, true);
  });

  it('says that it connects, and what is lost', () => {
    assert.match(statusText(link({ kind: 'connecting' }), 0).text, /Connecting to box:1/);
    assert.match(statusText(link({ kind: 'lost', detail: 'why' }), 0).tooltip, /why/);
  });
});

describe('The page of latencies', () => {
  it('has a row for each command, the commonest first, readable without the bars', () => {
    const body = latencyBody([report()]);
    assert.ok(body.indexOf('variables') < body.indexOf('next'));
    assert.match(body, /<td>75 %<\/td><td>900 µs<\/td><td>45 ms<\/td>/);
    assert.match(body, /role="img" aria-label="near end 10 µs, link 300 µs"/);
    assert.match(body, /dlv &lt;x&gt; · box/);
    assert.doesNotMatch(body, /style=/);
    assert.match(latencyBody([]), /No Nearside session runs/);
  });

  it('allows nothing but its own style and script', () => {
    const page = latencyPage([report()], 'NONCE', 'https://source');
    assert.match(page, /default-src 'none'; style-src https:\/\/source 'nonce-NONCE'; script-src 'nonce-NONCE'/);
    assert.doesNotMatch(page, /\son\w+="|https?:\/\/(?!source)/);
    assert.match(page, /<html lang="en">/);
  });

  it('writes times as people do', () => {
    assert.deepEqual([340, 1200, 43_210, 1_250_000].map(duration), ['340 µs', '1.2 ms', '43 ms', '1.3 s']);
  });

  it('reads what nearside status says', () => {
    const { pid, ...session } = report();
    assert.deepEqual(reports(JSON.stringify({ nearEnds: [{ pid, sessions: [session] }] })), [report()]);
    assert.deepEqual(reports('{}'), []);
  });
});

describe("A breakpoint's explanation", () => {
  const breakpoint = { path: '/work/a.go', line: 7, enabled: true };
  const session = { name: 'Go', target: 'ssh:box', adapter: 'dlv' };
  const path = {
    path: '',
    canonical: '',
    result: '/src/a.go',
    toRemote: [{} as never],
    toLocal: [],
    steps: ['first', '  1. below'],
  };

  it('tells the way, what the debugger made of it, and what to do', () => {
    const text = explanation({
      breakpoint: { ...breakpoint, condition: 'x > 1' },
      session,
      path,
      adapter: { verified: false, message: 'could not find file' },
    });
    for (const words of [
      '# a.go:7',
      'only if `x > 1`',
      '- first',
      '  - below',
      'no place for it',
      '“could not find file”',
      'If `/src/a.go` is not how',
    ])
      assert.ok(text.includes(words), words);
  });

  it('says that all is well, that a line was moved, that nothing runs', () => {
    assert.match(explanation({ breakpoint, session, path, adapter: { verified: true, line: 7 } }), /as it should be/);
    assert.match(explanation({ breakpoint, session, path, adapter: { verified: true, line: 9 } }), /stops in line 9/);
    assert.match(explanation({ breakpoint }), /No Nearside session runs/);
    assert.match(explanation({ breakpoint: { ...breakpoint, enabled: false }, session }), /Enable it/);
    assert.match(
      explanation({ breakpoint, session, path: { ...path, toRemote: [] }, adapter: { verified: false } }),
      /No rule holds for this file/,
    );
  });
});

describe('Path rules', () => {
  it('come from two spellings of one file', () => {
    assert.deepEqual(ruleBetween('/work/shop/cmd/a.go', '/src/cmd/a.go'), { local: '/work/shop', remote: '/src' });
    assert.deepEqual(ruleBetween('C:\\w\\a.go', '/src/a.go'), { local: 'C:\\w', remote: '/src' });
    assert.deepEqual(ruleBetween('/a.go', '/src/a.go'), { local: '/', remote: '/src' });
    assert.equal(ruleBetween('/work/a.go', '/src/b.go'), undefined);
  });

  it('offer the likeliest file first', () => {
    assert.deepEqual(likely('/src/cmd/main.go', ['/w/x/main.go', '/w/cmd/main.go', '/w/other.go']), [
      '/w/cmd/main.go',
      '/w/x/main.go',
    ]);
  });

  it('that were learned are listed, and one is taken out', () => {
    const text = JSON.stringify({
      version: 1,
      later: true,
      workspaces: [
        {
          workspace: '/w',
          target: 'local',
          used: 1,
          rules: [
            { local: '/w', remote: '/a', source: 's' },
            { local: '/w', remote: '/b' },
          ],
        },
        { workspace: '/other', target: 'local', used: 1, rules: [] },
      ],
    });
    const [first, second] = learnedRules(text, ['/w']);
    assert.deepEqual(first, { workspace: '/w', target: 'local', local: '/w', remote: '/a', source: 's' });
    assert.equal(second?.remote, '/b');
    assert.deepEqual(learnedRules('damaged', ['/w']), []);
  });
});

describe('A text without secrets', () => {
  it('names nobody, no machine, no key and no token, and can still be followed', () => {
    const known = { user: 'ada', home: '/home/ada', host: 'laptop', names: ['build-box'] };
    const key = `SHA256:${'a'.repeat(43)}`;
    const out = redact(
      `ada@laptop /home/ada/x build-box:4711 192.0.2.7 192.0.2.7 192.0.2.8 ${key} token=abc123 "password": "x y" ghp_${'b'.repeat(20)} me@example.com 127.0.0.1 adapter canada`,
      known,
    );
    for (const secret of ['/home/ada', 'laptop', 'build-box', '192.0.2', key, 'abc123', 'bbbb', 'me@example'])
      assert.ok(!out.includes(secret), `${secret} in ${out}`);
    assert.match(out, /<address-1> <address-1> <address-2>/);
    assert.match(out, /127\.0\.0\.1 adapter canada/);
    assert.match(out, /~\/x/);
  });
});

describe('Frames of a near end in a process of its own', () => {
  const bodies = ['{"a":1}', '{"text":"grüß dich 世界"}', '{}'];
  const bytes = Buffer.from(bodies.map(frame).join(''));

  it('are read whole at whatever place they are split', () => {
    for (let at = 0; at <= bytes.length; ++at) {
      const reader = new FrameReader();
      assert.deepEqual([...reader.push(bytes.subarray(0, at)), ...reader.push(bytes.subarray(at))], bodies);
    }
  });

  it('without a usable header are refused', () => {
    assert.throws(() => new FrameReader().push(Buffer.from('Hello: 1\r\n\r\n')), /no usable length/);
    assert.throws(() => new FrameReader().push(Buffer.from('Content-Length: 99999999999\r\n\r\n')), /no usable length/);
    assert.throws(() => new FrameReader().push(Buffer.alloc(9000, 'x')), /no header/);
  });
});

describe('Ages', () => {
  it('are said roughly', () => {
    assert.deepEqual(
      [0, 10, 600, 7200, 200_000].map((age) => ago(age === 0 ? 0 : 1_000_000 - age, 1_000_000)),
      ['', '10 s ago', '10 min ago', '2 h ago', '2 days ago'],
    );
  });
});
