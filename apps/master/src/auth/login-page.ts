/** The login page: one self-contained form, because nothing else is served to strangers. */

/** @param problem what was wrong with the last try, plain text of our own */
export function loginPage(problem = ''): string {
  const note = problem === '' ? '' : `<p role="alert">${problem}</p>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Loadstar: sign in</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;margin:0}
form{display:grid;gap:.75rem;width:min(22rem,90vw)}input,button{font:inherit;padding:.5rem}p[role=alert]{color:#c22}</style></head>
<body><form method="post" action="/login"><h1>Loadstar</h1>${note}
<label for="token">Access token</label><input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button type="submit">Sign in</button><p>The master prints a token when it starts, or takes yours from LOADSTAR_TOKENS.</p></form></body></html>`;
}
