/** Starts one of this folder's server processes on core 0 and asks it things over IPC. */
import { builtFile } from '../harness/folders.js';
import { end, type Server, serverCore, start } from '../harness/pinned-process.js';

export interface NodeServer extends Server {
  /** Sends a word and resolves with the answer. */
  ask<T>(word: string): Promise<T>;
}

export async function startNodeServer(name: string): Promise<NodeServer> {
  const child = start(serverCore, process.execPath, [builtFile(`servers/${name}`)], { ipc: true });
  const answer = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      const gone = (): void => reject(new Error(`${name} has ended`));
      child.once('exit', gone);
      child.once('message', (message) => {
        child.off('exit', gone);
        resolve(message as T);
      });
    });
  const port = await answer<number>();
  return {
    url: `http://127.0.0.1:${port}`,
    child,
    close: () => end(child),
    ask: <T>(word: string) => {
      const answered = answer<T>();
      child.send(word);
      return answered;
    },
  };
}
