import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { batchIdsOf, type Part } from '../../../src/core/submissions/submission';
import { settle } from '../support/fakeClock';
import { itAlways } from '../support/properties';
import { type Wire, wires } from './support/batchServer';
import type { Write } from './support/disk';
import { useQuickHashes } from './support/hashes';
import { type Place, triesOf, type Window, World } from './support/world';

type Act =
  | { readonly kind: 'submit'; readonly parts: number }
  | { readonly kind: 'resume' | 'cancel' | 'sendAgain' | 'checkStatus'; readonly which: number }
  | { readonly kind: 'read' | 'die' | 'sleep' | 'close' | 'stop' | 'batchEnds' | 'nothing' };

/** An action in one of two windows, with the results of its next requests and writes, and the time that passes. */
interface Step {
  readonly window: 0 | 1;
  readonly act: Act;
  readonly wires: readonly Wire[];
  readonly writes: readonly Write[];
  readonly passMs: number;
}

const which = fc.nat({ max: 11 });
const submitting: fc.Arbitrary<Act> = fc.record({
  kind: fc.constant('submit'),
  parts: fc.constantFrom(1, 1, 2, 2, 3, 6),
});
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 1, arbitrary: submitting },
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constantFrom('resume', 'checkStatus', 'sendAgain', 'sendAgain'), which }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel'), which }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('read', 'read', 'sleep', 'nothing') }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('die', 'close', 'stop', 'batchEnds') }) },
);
const write = (kind: Write, weight: number) => ({ weight, arbitrary: fc.constant<Write>(kind) });
const anyWrite = fc.oneof(
  write('works', 30),
  write('full', 2),
  write('failsLate', 1),
  write('diesBefore', 1),
  write('diesAfter', 1),
);
const stepOf = (act: fc.Arbitrary<Act>): fc.Arbitrary<Step> =>
  fc.record({
    window: fc.constantFrom(0, 1),
    act,
    wires: fc.array(fc.constantFrom(...wires, 'slow', 'slow', 'slowRefusal', 'lateMade'), { maxLength: 3 }),
    writes: fc.array(anyWrite, { maxLength: 6 }),
    passMs: fc.constantFrom(0, 0, 1_000, 9_000, 31_000, 65_000, 400_000),
  });

/** Every story starts with a submission. */
const anyOpening: fc.Arbitrary<Step[]> = stepOf(submitting).map((step) => [step]);

/** A window seems to be gone while it sends, and the user sends the part again in the other one. */
const seemsGone: fc.Arbitrary<Step[]> = fc
  .record({
    first: stepOf(submitting),
    next: fc.constantFrom<Wire>('slow', 'slowRefusal', 'lateMade', 'hangsMade'),
    which,
  })
  .map(({ first, next, which: number }) => {
    const then = (window: 0 | 1, act: Act, passMs: number): Step => ({ window, act, wires: [], writes: [], passMs });
    return [
      { ...first, window: 0, wires: [next], writes: [], passMs: 1_000 },
      then(0, { kind: 'sleep' }, 65_000),
      then(1, { kind: 'read' }, 0),
      then(1, { kind: 'sendAgain', which: number }, 0),
    ];
  });

const anySteps = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: anyOpening }, { weight: 1, arbitrary: seemsGone }),
    fc.array(stepOf(anyAct), { maxLength: 24 }),
  )
  .map(([opening, rest]) => [...opening, ...rest]);

/** Long enough for every request, every pause and every lease to end. */
const longMs = 16 * 60_000;

/** A part that the user can act on in a window, whose list may be outdated. */
function pickOf(
  world: World,
  { journal }: Window,
  number: number,
  ...kinds: Part['state']['kind'][]
): Place | undefined {
  const places = [...world.places(journal.list)].filter(({ part }) => kinds.includes(part.state.kind));
  return places[number % places.length];
}

class Story {
  readonly world = new World();
  private readonly open: [Window, Window] = [this.world.open(), this.world.open()];

  async go({ window: index, act, wires: nextWires, writes, passMs }: Step): Promise<void> {
    let window = this.open[index];
    if (window.life.isDead) {
      window = this.open[index] = this.opened();
    }
    window.life.wake();
    window.wires = [...nextWires];
    window.disk.writes = [...writes];
    this.act(window, index, act);
    await this.world.clock.advance(passMs);
    await settle();
    this.world.check();
  }

  /** Everything works from now on: the user checks every status and sends the rest. */
  async end(): Promise<void> {
    const { world } = this;
    for (const { life, disk, ...window } of world.windows) {
      life.wake();
      disk.writes = [];
      window.wires.length = 0;
    }
    await world.clock.advance(longMs);
    const window = world.open();
    for (let round = 0; round < 100 && (await this.settleAll(window)); round++) {
      await world.clock.advance(60_000);
      world.check();
    }
    for (const { submission, index, part } of world.places(world.journal)) {
      const made = world.server.madeOf(world.textOf(part)).map(({ id }) => id);
      const known = batchIdsOf({ ...submission, parts: [part] });
      const what = `part ${index}: ${JSON.stringify(part)}`;
      if (part.state.kind !== 'cancelled') {
        assert.ok(part.state.kind === 'sent' && made.includes(part.state.batchId), what);
      }
      const unknown = made.filter((id) => !known.includes(id));
      const open = triesOf(part).filter(({ kind }) => kind === 'uncertain');
      assert.ok(unknown.length <= open.length, `batches that nobody would find: ${unknown.join()} of ${what}`);
    }
    for (const { runs } of world.windows.filter(({ life }) => !life.isDead)) {
      await Promise.all(runs);
    }
    world.check();
  }

  /** A new window that has read the journal. */
  private opened(): Window {
    const window = this.world.open();
    window.journal.read().catch(() => undefined);
    return window;
  }

  private act(window: Window, index: 0 | 1, act: Act): void {
    const { world } = this;
    switch (act.kind) {
      case 'submit':
        void world.submit(window, act.parts);
        break;
      case 'resume':
      case 'cancel': {
        const place = pickOf(world, window, act.which, 'waiting');
        void (place && world[act.kind](window, place.submission));
        break;
      }
      case 'sendAgain': {
        const place = pickOf(world, window, act.which, 'uncertain', 'refused', 'cancelled');
        void (place && world.sendAgain(window, place));
        break;
      }
      case 'checkStatus': {
        const place = pickOf(world, window, act.which, 'uncertain');
        void (place && world.checkStatus(window, place));
        break;
      }
      case 'read':
        window.journal.read().catch(() => undefined);
        break;
      case 'die':
        window.life.die();
        break;
      case 'sleep':
        world.noteSuspension();
        window.life.sleep();
        break;
      case 'close':
        window.submitter.dispose();
        window.journal.dispose();
        this.open[index] = this.opened();
        break;
      case 'stop':
        window.stop.abort();
        break;
      case 'batchEnds':
        window.ended.fire();
        break;
      case 'nothing':
        break;
    }
  }

  /** @returns false if nothing was left to do. */
  private async settleAll(window: Window): Promise<boolean> {
    const { world } = this;
    await window.journal.read();
    const left = [...world.places(window.journal.list)].filter(
      ({ part }) => part.state.kind !== 'sent' && part.state.kind !== 'cancelled',
    );
    for (const place of left) {
      await (place.part.state.kind === 'uncertain' ? world.checkStatus(window, place) : undefined);
      await (place.part.state.kind === 'refused' ? world.sendAgain(window, place) : undefined);
    }
    for (const submission of new Set(left.map((place) => place.submission))) {
      await world.clock.runUntil(world.resume(window, submission));
    }
    return left.length > 0;
  }
}

describe('Whatever happens to windows, disk and network,', () => {
  useQuickHashes();

  itAlways(
    'no part creates more batches than the user agreed to, no batch is lost, and the journal is true',
    async () => {
      await fc.assert(
        fc.asyncProperty(anySteps, async (steps) => {
          const story = new Story();
          for (const step of steps) {
            await story.go(step);
          }
          await story.end();
        }),
        { numRuns: 400 },
      );
    },
  );
});
