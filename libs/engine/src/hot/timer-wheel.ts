/**
 * Think time for any number of users on one clock timer: a two-level timing wheel (Varghese and Lauck, 1987). Waking an
 * idle event loop costs far more than firing a timer, so due times are gathered into ticks; a tick is about 1 % of the
 * shortest sleep that is pending, at least 1 ms and at most 10 ms. Nothing fires early; it fires at most a tick late.
 */
import type { Clock, TimerHandle } from '@loadstar/shared';

/** A pending callback; `cancel` is harmless after it has fired. */
export interface WheelTimer {
  cancel(): void;
}

/** What a timer wakes. */
export interface Sleeper {
  woken(): void;
}

const slotCount = 1024;
const slotMask = slotCount - 1;
const slotBits = 10;
const mostTickMs = 10;
/** How much longer a sleep is than the tick it tolerates. */
const sleepPerTick = 100;
/** Slots are found by 32-bit arithmetic; a longer sleep (24 days) is cut to this. */
const longestDelayMs = 2 ** 31;

// A node of a circular doubly linked list; the head of a list is a node of its own.
class TimerNode implements WheelTimer {
  next: TimerNode = this;
  previous: TimerNode = this;

  constructor(
    readonly wheel: TimerWheel | undefined,
    /** Whole milliseconds since the wheel's origin, rounded up, so that nothing fires early. */
    readonly dueMs: number,
    readonly tickMs: number,
    readonly sleeper: Sleeper,
  ) {}

  cancel(): void {
    if (this.next !== this) this.wheel?.drop(this);
  }

  append(node: TimerNode): void {
    node.previous = this.previous;
    node.next = this;
    this.previous.next = node;
    this.previous = node;
  }

  unlink(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.next = this;
    this.previous = this;
  }
}

const nothing = (): void => {};
const nobody: Sleeper = { woken: nothing };
const newList = (): TimerNode => new TimerNode(undefined, 0, 0, nobody);

let captured: () => void = nothing;
// The executor runs before the constructor returns, so one function serves every promise of the process.
const capture = (resolve: () => void): void => {
  captured = resolve;
};

export class TimerWheel {
  /** Monotonic time at which the wheel's own time is 0; it moves on by every standstill. */
  private originMs: number;
  /** Monotonic time since which the wheel stands still. */
  private frozenMs: number | undefined = undefined;
  /** Fine level: one slot a millisecond. Coarse level: one slot for a turn of the fine one. Beyond: unsorted. */
  private readonly fine: TimerNode[] = Array.from({ length: slotCount }, newList);
  private readonly coarse: TimerNode[] = Array.from({ length: slotCount }, newList);
  private readonly beyond = newList();
  /** One bit a fine slot, so that the next due one is found without visiting empty ones. */
  private readonly occupied = new Uint32Array(slotCount / 32);
  /** Pending timers by the tick they tolerate. */
  private readonly byTick = new Uint32Array(mostTickMs + 1);
  private count = 0;
  /** Every fine slot before this one has been fired. */
  private currentMs = 0;
  private firing = false;
  private armed: TimerHandle | undefined = undefined;
  private armedMs = Infinity;
  private readonly onTimer = (): void => this.turn();

  /** @param beforeTurn called whenever the clock has woken the wheel, before anything fires */
  constructor(
    private readonly clock: Clock,
    private readonly beforeTurn: () => void = nothing,
  ) {
    this.originMs = Math.floor(clock.nowMs());
  }

  /** Timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.count;
  }

  /** Length of a tick at present, 1..10 ms: by how much a timer may be late. */
  get tickMs(): number {
    for (let tick = 1; tick < mostTickMs; tick++) if ((this.byTick[tick] as number) > 0) return tick;
    return mostTickMs;
  }

  /** Resolves not before `delayMs` milliseconds from now. */
  sleep(delayMs: number): Promise<void> {
    const promise = new Promise<void>(capture);
    this.add({ woken: captured }, delayMs);
    return promise;
  }

  /** Calls `callback` once, not before `delayMs` milliseconds from now. */
  after(delayMs: number, callback: () => void): WheelTimer {
    return this.add({ woken: callback }, delayMs);
  }

  /** Wakes a sleeper once, not before `delayMs` milliseconds from now; without a function made for it. */
  wake(delayMs: number, sleeper: Sleeper): WheelTimer {
    return this.add(sleeper, delayMs);
  }

  /** Whether time stands still here. */
  get frozen(): boolean {
    return this.frozenMs !== undefined;
  }

  /** Lets time stand still: nothing fires until `thaw`, and what is added then waits from the moment of that. */
  freeze(): void {
    if (this.frozenMs !== undefined) return;
    this.frozenMs = this.clock.nowMs();
    this.armed?.cancel();
    this.armed = undefined;
    this.armedMs = Infinity;
  }

  /** Lets time go on: whatever was pending has as long to go as it had. */
  thaw(): void {
    if (this.frozenMs === undefined) return;
    this.originMs += this.clock.nowMs() - this.frozenMs;
    this.frozenMs = undefined;
    if (this.count > 0) this.arm(this.gathered(this.nextDue()));
  }

  /** Drops all timers without calling them. */
  close(): void {
    this.armed?.cancel();
    this.armed = undefined;
    this.armedMs = Infinity;
    for (const list of [...this.fine, ...this.coarse, this.beyond]) {
      for (let node = list.next; node !== list; node = list.next) node.unlink();
    }
    this.occupied.fill(0);
    this.byTick.fill(0);
    this.count = 0;
  }

  /** Takes a pending node out; called by the node itself. */
  drop(node: TimerNode): void {
    node.unlink();
    this.forget(node);
    // An empty slot keeps its bit and perhaps one needless wake-up: cheaper than finding out.
  }

  private add(sleeper: Sleeper, delayMs: number): TimerNode {
    const delay = delayMs > 0 ? Math.min(delayMs, longestDelayMs) : 0;
    const tick = Math.min(mostTickMs, Math.max(1, Math.floor(delay / sleepPerTick)));
    const dueMs = Math.max(Math.ceil(this.ownMs() + delay), this.currentMs);
    const node = new TimerNode(this, dueMs, tick, sleeper);
    if (this.count === 0 && !this.firing) this.skipIdle();
    this.count++;
    this.byTick[tick] = (this.byTick[tick] as number) + 1;
    this.place(node);
    const wakeMs = this.gathered(dueMs);
    if (wakeMs < this.armedMs) this.arm(wakeMs);
    return node;
  }

  /** With nothing pending, the time since the last tick need not be walked through. */
  private skipIdle(): void {
    const nowMs = Math.floor(this.ownMs());
    if (nowMs > this.currentMs) {
      this.occupied.fill(0);
      this.currentMs = nowMs;
    }
  }

  private place(node: TimerNode): void {
    const { dueMs } = node;
    const turns = (dueMs >>> slotBits) - (this.currentMs >>> slotBits);
    if (turns === 0) {
      const slot = dueMs & slotMask;
      (this.fine[slot] as TimerNode).append(node);
      this.occupied[slot >>> 5] = (this.occupied[slot >>> 5] as number) | (1 << (slot & 31));
    } else if (turns < slotCount) {
      (this.coarse[(dueMs >>> slotBits) & slotMask] as TimerNode).append(node);
    } else {
      this.beyond.append(node);
    }
  }

  private forget(node: TimerNode): void {
    this.count--;
    this.byTick[node.tickMs] = (this.byTick[node.tickMs] as number) - 1;
  }

  /** The end of the tick that a due time falls into. */
  private gathered(dueMs: number): number {
    const tick = this.tickMs;
    return Math.ceil(dueMs / tick) * tick;
  }

  private ownMs(): number {
    return (this.frozenMs ?? this.clock.nowMs()) - this.originMs;
  }

  private arm(wakeMs: number): void {
    if (this.frozenMs !== undefined) return;
    this.armed?.cancel();
    this.armedMs = wakeMs;
    this.armed = this.clock.setTimeout(this.onTimer, Math.max(0, wakeMs + this.originMs - this.clock.nowMs()));
  }

  private turn(): void {
    this.armed = undefined;
    this.armedMs = Infinity;
    this.beforeTurn();
    if (this.frozenMs !== undefined) return;
    // A clock timer may come a fraction early: only whole milliseconds that have passed are due.
    const nowMs = Math.floor(this.clock.nowMs() - this.originMs);
    this.firing = true;
    while (this.count > 0 && this.currentMs <= nowMs && !this.frozen) this.fireUpTo(nowMs);
    this.firing = false;
    if (this.count > 0) {
      const wakeMs = this.gathered(this.nextDue());
      if (wakeMs < this.armedMs) this.arm(wakeMs);
    }
  }

  /** Fires the due slots of the present turn of the fine level, then moves on to the next turn if that is due. */
  private fireUpTo(nowMs: number): void {
    const turnEnd = (this.currentMs | slotMask) + 1;
    const until = Math.min(nowMs + 1, turnEnd);
    for (let slot = this.nextSlot(this.currentMs & slotMask); slot >= 0; slot = this.nextSlot(slot)) {
      const slotMs = turnEnd - slotCount + slot;
      if (slotMs >= until) break;
      // What a callback adds is due after this slot, so that timers of no delay cannot keep the loop here for ever.
      this.currentMs = slotMs + 1;
      this.occupied[slot >>> 5] = (this.occupied[slot >>> 5] as number) & ~(1 << (slot & 31));
      this.fire(this.fine[slot] as TimerNode);
    }
    this.currentMs = until;
    if (until === turnEnd) this.cascade();
  }

  private fire(list: TimerNode): void {
    for (let node = list.next; node !== list; node = list.next) {
      node.unlink();
      this.forget(node);
      node.sleeper.woken();
    }
  }

  /** At the beginning of a turn: its coarse slot becomes the fine level. */
  private cascade(): void {
    const turn = this.currentMs >>> slotBits;
    this.replace(this.coarse[turn & slotMask] as TimerNode);
    if ((turn & slotMask) === 0) this.replace(this.beyond);
  }

  private replace(list: TimerNode): void {
    if (list.next === list) return;
    const first = list.next;
    const last = list.previous;
    list.next = list;
    list.previous = list;
    last.next = first;
    let node = first;
    do {
      const { next } = node;
      this.place(node);
      node = next;
    } while (node !== first);
  }

  /** Next occupied fine slot from `from` on, -1 without one in this turn. */
  private nextSlot(from: number): number {
    let word = from >>> 5;
    let bits = (this.occupied[word] as number) & (-1 << (from & 31));
    while (bits === 0) {
      if (++word >= this.occupied.length) return -1;
      bits = this.occupied[word] as number;
    }
    return (word << 5) + (31 - Math.clz32(bits & -bits));
  }

  /** When something is due next: a fine slot, or the turn at which the next coarse slot must be spread out. */
  private nextDue(): number {
    const slot = this.nextSlot(this.currentMs & slotMask);
    if (slot >= 0) return (this.currentMs & ~slotMask) + slot;
    let turn = (this.currentMs >>> slotBits) + 1;
    while ((turn & slotMask) !== 0) {
      const list = this.coarse[turn & slotMask] as TimerNode;
      if (list.next !== list) return turn << slotBits;
      turn++;
    }
    return turn << slotBits;
  }
}
