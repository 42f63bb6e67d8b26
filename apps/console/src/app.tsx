import { useEffect, useState } from 'react';
import { api, type ConsoleConfig } from './api/client.js';
import { type ApiProblem, asProblem } from './api/problem.js';
import { token } from './api/token.js';
import { ProblemNotice } from './components/notice.js';
import { Toasts } from './components/toasts.js';
import { TokenDialog } from './components/token-dialog.js';
import { TopBar } from './components/top-bar.js';
import { numbers } from './format/numbers.js';
import type { LiveSnapshot } from './live/live-model.js';
import { isEditable, lookOf } from './live/run-phase.js';
import { useLive } from './live/use-live.js';
import { LivePage } from './pages/live-page.js';
import { StartPage } from './pages/start-page.js';
import { useRoute } from './route.js';

export function App() {
  const live = useLive();
  const route = useRoute();
  const { config, problem, retry } = useConfig();
  const [editing, setEditing] = useState(false);
  useTitle(live);

  // The start form waits for the first word of the server, so that it never flashes up over a running test.
  const heard = live.heardAt > 0;
  const starting = route.page === 'new' || (route.page === 'home' && live.run === null);
  return (
    <>
      <TopBar
        live={live}
        route={starting ? { page: 'new' } : route}
        editing={editing}
        onEdit={() => setEditing(!editing)}
      />
      <main id="main" tabIndex={-1}>
        {problem ? (
          <ProblemNotice
            problem={problem}
            action={
              <button type="button" className="button" onClick={retry}>
                Try again
              </button>
            }
          />
        ) : null}
        {starting ? (
          heard && config ? (
            <StartPage live={live} config={config} />
          ) : null
        ) : (
          <LivePage
            live={live}
            view={route.page === 'live' ? route.view : 'charts'}
            maxUsers={config?.limits.maxUsers ?? Number.MAX_SAFE_INTEGER}
            editing={editing && isEditable(live.run?.state)}
            onEditDone={() => setEditing(false)}
          />
        )}
      </main>
      <footer className="foot">
        <span>Loadstar {config?.version}</span>
        <a href="./api">API</a>
      </footer>
      <Toasts />
      <TokenDialog />
    </>
  );
}

function useConfig() {
  const [config, setConfig] = useState<ConsoleConfig>();
  const [problem, setProblem] = useState<ApiProblem>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let over = false;
    api.config().then(
      (answer) => {
        if (over) return;
        setConfig(answer);
        setProblem(undefined);
      },
      (error: unknown) => !over && setProblem(asProblem(error)),
    );
    return () => {
      over = true;
    };
  }, [attempt]);
  const retry = () => setAttempt((count) => count + 1);
  useEffect(() => token.onChange(() => setAttempt((count) => count + 1)), []);
  return { config, problem, retry };
}

/** A look at the browser's tab is enough to know how the test goes. */
function useTitle({ run, stats }: LiveSnapshot): void {
  const title = run
    ? `${lookOf(run.state).label} · ${stats ? `${numbers.rate(stats.total.currentRps)} req/s · ` : ''}Loadstar`
    : 'Loadstar';
  useEffect(() => {
    document.title = title;
  }, [title]);
}
