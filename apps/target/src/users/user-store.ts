// Users in memory, bounded: a load test creates them for hours. Each is kept as the JSON text it is sent as, because
// reading is what happens most.

export interface NewUser {
  readonly name: string;
  readonly email: string | null;
}

const firstUsers: readonly NewUser[] = [
  { name: 'Ada Lovelace', email: 'ada@example.com' },
  { name: 'Grace Hopper', email: 'grace@example.com' },
  { name: 'Alan Turing', email: 'alan@example.com' },
  { name: 'Katherine Johnson', email: 'katherine@example.com' },
  { name: 'Edsger Dijkstra', email: 'edsger@example.com' },
];

/**
 * The first five users (ids 1..5) stay for ever; created ones live in a ring, so that the oldest makes room for the
 * newest once the store is full. Ids are never used twice.
 */
export class UserStore {
  private readonly first: string[];
  private readonly ring: string[] = [];
  private readonly capacity: number;
  private created = 0;

  /**
   * @param maxUsers most users kept, the first five included
   * @param createdAt ISO 8601 time given to the first five
   */
  constructor(maxUsers: number, createdAt: string) {
    this.capacity = Math.max(0, maxUsers - firstUsers.length);
    this.first = firstUsers.map((user, index) => toJson(index + 1, user, createdAt));
  }

  /** Users that can be read now. */
  get count(): number {
    return this.first.length + this.kept;
  }

  /** @returns the user as JSON text; undefined when unknown or forgotten */
  find(id: number): string | undefined {
    if (!Number.isSafeInteger(id) || id < 1) return undefined;
    if (id <= this.first.length) return this.first[id - 1];
    const number = id - this.first.length;
    return number > this.created - this.kept && number <= this.created
      ? this.ring[(number - 1) % this.capacity]
      : undefined;
  }

  /** @returns the users of one page as JSON texts, in order of their ids; empty past the end */
  page(page: number, perPage: number): string[] {
    const from = (page - 1) * perPage;
    const to = Math.min(from + perPage, this.count);
    const texts: string[] = [];
    for (let index = from; index < to; index++) {
      const text = index < this.first.length ? this.first[index] : this.find(this.idOfKept(index - this.first.length));
      if (text !== undefined) texts.push(text);
    }
    return texts;
  }

  /** @returns the new user as JSON text */
  create(user: NewUser, createdAt: string): string {
    const text = toJson(this.first.length + this.created + 1, user, createdAt);
    if (this.capacity > 0) this.ring[this.created % this.capacity] = text;
    this.created++;
    return text;
  }

  private get kept(): number {
    return Math.min(this.created, this.capacity);
  }

  private idOfKept(index: number): number {
    return this.first.length + this.created - this.kept + index + 1;
  }
}

function toJson(id: number, { name, email }: NewUser, createdAt: string): string {
  return JSON.stringify({ id, name, email, created_at: createdAt });
}
