/** The OpenAPI document of all faces, and Swagger UI at `/api`. */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { loadstarVersion } from '@loadstar/shared';

const about = `Loadstar generates load from scenarios in TypeScript and counts what came back.

Two faces drive the same control plane: \`/api/v1\` for new programs, with typed bodies and problem documents, and the
routes of Locust's web API for programs that know those. Live numbers come over Socket.IO, namespace \`/live\`: \`state\`
on joining, then one \`frame\` a second.

When the master asks for a token, send it as \`Authorization: Bearer TOKEN\`. Roles: viewer reads, runner starts and stops,
admin deletes.`;

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Loadstar')
    .setDescription(about)
    .setVersion(loadstarVersion)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addTag('Runs', 'Start, watch, change and stop load')
    .addTag('Reports', 'Reports of stored runs in every format, comparisons, baselines')
    .addTag('Queue', 'Runs that wait for their turn, schedules, and how many workers would serve them')
    .addTag('Platform', 'Workers, scenarios, settings')
    .addTag('Locust-compatible', "The routes of Locust's web API, as its clients know them")
    .addTag('Health', 'For supervisors and monitoring')
    .addBearerAuth();
  return describeAnswers(SwaggerModule.createDocument(app, builder.build()));
}

/** OpenAPI wants every answer described; where a handler says nothing more, its own summary is what comes back. */
function describeAnswers(document: OpenAPIObject): OpenAPIObject {
  for (const path of Object.values(document.paths)) {
    for (const operation of [path.get, path.post, path.put, path.patch, path.delete]) {
      for (const answer of Object.values(operation?.responses ?? {})) {
        if (answer && 'description' in answer && answer.description === '')
          answer.description = operation?.summary ?? 'Done';
      }
    }
  }
  return document;
}

/** Serves the document as `/api-json` and `/api-yaml`, and Swagger UI at `/api`. */
export function serveOpenApi(app: INestApplication): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup('api', app, () => (document ??= openApiDocument(app)), {
    jsonDocumentUrl: 'api-json',
    yamlDocumentUrl: 'api-yaml',
    customSiteTitle: 'Loadstar API',
    swaggerOptions: { persistAuthorization: true, validatorUrl: null, tryItOutEnabled: true },
  });
}
