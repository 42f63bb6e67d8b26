import { useEffect, useState } from 'react';
import { api, type NodeLogs } from '../../api/client.js';
import { type ApiProblem, asProblem } from '../../api/problem.js';
import { Empty, ProblemNotice } from '../../components/notice.js';

const lookAgainMs = 3000;

/** The last lines of the master and of every worker. */
export function LogsView() {
  const [logs, setLogs] = useState<NodeLogs>();
  const [problem, setProblem] = useState<ApiProblem>();
  const [node, setNode] = useState('master');
  useEffect(() => {
    let over = false;
    const look = () => {
      api.logs().then(
        (answer) => {
          if (over) return;
          setLogs(answer);
          setProblem(undefined);
        },
        (error: unknown) => !over && setProblem(asProblem(error)),
      );
    };
    look();
    const timer = setInterval(look, lookAgainMs);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, []);

  if (problem && !logs) return <ProblemNotice problem={problem} />;
  if (!logs) return null;
  const nodes = ['master', ...Object.keys(logs.workers).toSorted()];
  const lines = (node === 'master' ? logs.master : logs.workers[node]) ?? [];
  return (
    <>
      <div className="segments" role="group" aria-label="Whose log">
        {nodes.map((name) => (
          <button key={name} type="button" aria-pressed={name === node} onClick={() => setNode(name)}>
            {name}
          </button>
        ))}
      </div>
      {lines.length === 0 ? (
        <Empty icon="list" title="No lines">
          {node} has logged nothing yet.
        </Empty>
      ) : (
        <div className="card">
          <pre className="block" tabIndex={0} aria-label={`Log of ${node}`} data-testid="log">
            {lines.join('\n')}
          </pre>
        </div>
      )}
    </>
  );
}
