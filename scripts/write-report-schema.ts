/** Writes the published schema of stored runs from its source: `npm run schema:report`. */
import { writeFileSync } from 'node:fs';
import { runReportJsonSchema } from '@loadstar/report';

writeFileSync('libs/report/schema/run-report.schema.json', `${JSON.stringify(runReportJsonSchema(), null, 2)}\n`);
