// Health check of the images, which hold no shell: exit code 0 when the address answers with 200, else 1 and the reason,
// which `docker inspect` shows.
//
//   node docker/health.mjs http://127.0.0.1:8089/health
try {
  const response = await fetch(process.argv[2] ?? '', { signal: AbortSignal.timeout(4000) });
  const text = await response.text();
  process.stdout.write(`${response.status} ${text.slice(0, 300)}\n`);
  process.exitCode = response.status === 200 ? 0 : 1;
} catch (error) {
  process.stdout.write(`${error.cause?.message ?? error.message}\n`);
  process.exitCode = 1;
}
