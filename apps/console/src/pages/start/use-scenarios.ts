import type { ScenarioView } from '@loadstar/shared';
import { useEffect, useState } from 'react';
import { api } from '../../api/client.js';

const lookAgainMs = 3000;

/**
 * The scenarios of the platform. The live feed tells them once, on joining; while the form is open they are asked for
 * again, because a description comes late (a worker has to look at the file first) and files are added and mended.
 */
export function useScenarios(fromFeed: readonly ScenarioView[]): readonly ScenarioView[] {
  const [scenarios, setScenarios] = useState<readonly ScenarioView[]>();
  useEffect(() => {
    let over = false;
    const look = () => {
      // A failure here is no news: the connection pill tells it, and the list that is there still serves.
      api.scenarios().then(
        (answer) => !over && setScenarios(answer),
        () => undefined,
      );
    };
    look();
    const timer = setInterval(look, lookAgainMs);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, []);
  return scenarios ?? fromFeed;
}
