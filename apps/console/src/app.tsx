import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { api, type ConsoleConfig } from './api/client.js';
import { SessionContext, useSession } from './api/session.js';
import { token } from './api/token.js';
import { useAnswer } from './api/use-answer.js';
import { Dialog } from './components/dialog.js';
import { ProblemNotice } from './components/notice.js';
import { Toasts } from './components/toasts.js';
import { TokenDialog } from './components/token-dialog.js';
import { TopBar } from './components/top-bar.js';
import { useAction } from './components/use-action.js';
import { numbers } from './format/numbers.js';
import { focusSearch, type Shortcut, useShortcuts } from './keyboard.js';
import type { LiveSnapshot } from './live/live-model.js';
import { isActive, isEditable, lookOf } from './live/run-phase.js';
import { useLive } from './live/use-live.js';
import { ComparePage } from './pages/compare-page.js';
import { LivePage } from './pages/live-page.js';
import { RunPage } from './pages/run-page.js';
import { RunsPage } from './pages/runs-page.js';
import { StartPage } from './pages/start-page.js';
import { goTo, type Route, useRoute } from './route.js';

const readConfig = () => api.config();

export function App() {
  const { value: config, problem, again } = useAnswer(readConfig);
  return (
    <SessionContext value={config}>
      <Frame config={config}>
        {problem && !config ? (
          <ProblemNotice
            problem={problem}
            action={
              <button type="button" className="button" onClick={again}>
                Try again
              </button>
            }
          />
        ) : null}
      </Frame>
    </SessionContext>
  );
}

function Frame({ config, children }: { config: ConsoleConfig | undefined; children: ReactNode }) {
  const live = useLive();
  const asked = useRoute();
  const { may } = useSession();
  const [editing, setEditing] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const { id = '', state } = live.run ?? {};
  const [stop, stopping] = useAction(useCallback(() => api.stopRun(id), [id]));
  useTitle(live);

  // The start form waits for the first word of the server, so that it never flashes up over a running test.
  const route: Route = asked.page === 'home' && live.run === null ? { page: 'new' } : asked;
  const shortcuts = useMemo<Shortcut[]>(() => {
    const mayRun = may('runner');
    return [
      { key: 'n', about: 'New test', act: () => goTo({ page: 'new' }) },
      { key: 's', about: 'Stop the test (asks first)', act: () => isActive(state) && mayRun && setConfirming(true) },
      { key: 'e', about: 'Edit the load', act: () => isEditable(state) && mayRun && setEditing((before) => !before) },
      { key: 'l', about: 'Live', act: () => goTo({ page: 'live', view: 'charts' }) },
      { key: 'r', about: 'Runs', act: () => goTo({ page: 'runs', search: '' }) },
      { key: '/', about: 'Search or filter', act: () => void focusSearch() },
      { key: '[', about: 'View to the left', act: () => step(-1) },
      { key: ']', about: 'View to the right', act: () => step(1) },
    ];
  }, [state, may]);
  const { dialog, help } = useShortcuts(shortcuts);
  return (
    <>
      <TopBar
        live={live}
        route={route}
        editing={editing}
        onEdit={() => setEditing(!editing)}
        onStop={stop}
        stopping={stopping}
        onHelp={help}
      />
      <main id="main" tabIndex={-1}>
        {children}
        {config ? (
          <Page
            route={route}
            live={live}
            config={config}
            editing={editing && isEditable(state)}
            onEditDone={() => setEditing(false)}
          />
        ) : null}
      </main>
      <Foot version={config?.version} />
      <Toasts />
      <TokenDialog />
      {dialog}
      <Dialog open={confirming} onClose={() => setConfirming(false)} title="Stop the test?" testId="confirm-stop">
        <p className="soft">Users end what they are doing, then the numbers are final.</p>
        <div className="row end">
          <button type="button" className="button" onClick={() => setConfirming(false)}>
            Go on
          </button>
          <button
            type="button"
            className="button danger"
            onClick={() => {
              setConfirming(false);
              stop();
            }}
            data-testid="stop-yes"
          >
            Stop
          </button>
        </div>
      </Dialog>
    </>
  );
}

interface PageProps {
  route: Route;
  live: LiveSnapshot;
  config: ConsoleConfig;
  editing: boolean;
  onEditDone: () => void;
}

function Page({ route, live, config, editing, onEditDone }: PageProps) {
  switch (route.page) {
    case 'new':
      return live.heardAt > 0 ? (
        <StartPage key={route.from ?? ''} live={live} config={config} from={route.from} />
      ) : null;
    case 'runs':
      return <RunsPage search={route.search} live={live} />;
    case 'run':
      return <RunPage key={route.id} id={route.id} view={route.view} />;
    case 'compare':
      return <ComparePage ids={route.ids} />;
    case 'home':
    case 'live':
      return (
        <LivePage
          live={live}
          view={route.page === 'live' ? route.view : 'charts'}
          maxUsers={config.limits.maxUsers}
          editing={editing}
          onEditDone={onEditDone}
        />
      );
  }
}

function Foot({ version }: { version: string | undefined }) {
  const { auth, role } = useSession();
  return (
    <footer className="foot">
      <span>Loadstar {version}</span>
      <a href="./api">API</a>
      {auth ? (
        <span data-testid="who">
          Signed in as {role}.{' '}
          <button type="button" className="link" onClick={() => token.ask()}>
            Use another token
          </button>
        </span>
      ) : null}
    </footer>
  );
}

/** Goes to the neighbouring view of those that the open page offers. */
function step(by: number): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('nav.views a')];
  const at = links.findIndex((link) => link.getAttribute('aria-current') === 'page');
  links[(at + by + links.length) % links.length]?.click();
}

/** A look at the browser's tab is enough to know how the test goes. */
function useTitle({ run, stats }: LiveSnapshot): void {
  const title = run
    ? `${lookOf(run.state, run.paused).label} · ${stats ? `${numbers.rate(stats.total.currentRps)} req/s · ` : ''}Loadstar`
    : 'Loadstar';
  useEffect(() => {
    document.title = title;
  }, [title]);
}
