import { type Schedule, ScheduleStore } from '../../queue/schedule-store.js';
import type { SqlAccess } from './sql-access.js';

/** Schedules in SQL, each as one JSON text. */
export class SqlSchedules extends ScheduleStore {
  constructor(private readonly access: SqlAccess) {
    super();
  }

  put(schedule: Schedule): Promise<void> {
    return this.access.write(async (database) => {
      const body = JSON.stringify(schedule);
      await database
        .insertInto('schedules')
        .values({ id: schedule.id, created_at_ms: Math.round(schedule.createdAtMs), body })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ body }))
        .execute();
    });
  }

  list(): Promise<Schedule[]> {
    return this.access.run(async (database) => {
      const rows = await database
        .selectFrom('schedules')
        .select('body')
        .orderBy('created_at_ms')
        .orderBy('id')
        .execute();
      return rows.map(({ body }) => JSON.parse(body) as Schedule);
    });
  }

  remove(id: string): Promise<void> {
    return this.access.write(async (database) => {
      await database.deleteFrom('schedules').where('id', '=', id).execute();
    });
  }
}
