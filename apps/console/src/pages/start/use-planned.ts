import type { CreateRunBody, PlannedLoad } from '@loadstar/shared';
import { useEffect, useState } from 'react';
import { api } from '../../api/client.js';

const typingMs = 250;

/**
 * What the master says that such a run would ask for; undefined while it cannot be told. It is asked when the typing
 * rests; a refusal is no news here, because the start says it at its field.
 */
export function usePlanned(body: CreateRunBody | undefined): PlannedLoad | undefined {
  const question = body && JSON.stringify(body);
  const [planned, setPlanned] = useState<{ question: string; load: PlannedLoad }>();
  useEffect(() => {
    if (question === undefined) return;
    let over = false;
    const timer = setTimeout(() => {
      api.planned(JSON.parse(question) as CreateRunBody).then(
        (load) => !over && setPlanned({ question, load }),
        () => !over && setPlanned(undefined),
      );
    }, typingMs);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [question]);
  return question === undefined ? undefined : planned?.load;
}
