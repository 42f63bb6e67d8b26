import type { ScenarioBundle } from '../../scenarios/scenario-catalogue.js';
import { BundleStore } from '../store.js';
import type { SqlAccess } from './sql-access.js';

/** Bundles in SQL, as text. */
export class SqlBundles extends BundleStore {
  constructor(private readonly access: SqlAccess) {
    super();
  }

  put({ hash, name, code }: ScenarioBundle): Promise<void> {
    return this.access.write(async (database) => {
      await database
        .insertInto('bundles')
        .values({ hash, name, code })
        .onConflict((conflict) => conflict.column('hash').doNothing())
        .execute();
    });
  }

  get(hash: string): Promise<ScenarioBundle | undefined> {
    return this.access.run((database) =>
      database.selectFrom('bundles').select(['hash', 'name', 'code']).where('hash', '=', hash).executeTakeFirst(),
    );
  }

  keepOnly(hashes: readonly string[]): Promise<void> {
    return this.access.write(async (database) => {
      const old = database.deleteFrom('bundles');
      await (hashes.length === 0 ? old : old.where('hash', 'not in', [...hashes])).execute();
    });
  }
}
