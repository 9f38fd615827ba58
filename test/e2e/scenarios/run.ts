// Runs one scenario over one route and gives the transcript. A failure carries the end of the transcript, and the session is
// closed either way.
import { DapClient, patience, type Entry } from '../dap/client.ts';
import type { Said } from '../dap/port.ts';
import type { Debugger } from '../debuggers/debugger.ts';
import type { Route } from '../places/routes.ts';
import type { Scratch } from '../places/scratch.ts';
import type { Scenario } from './scenarios.ts';
import { Session } from './session.ts';

/** A scenario takes up to some seconds; the limit only ends what hangs. */
export const scenarioLimit = 90_000 * patience;

export interface Run {
  transcript: Entry[];
  /** What came beside the protocol. */
  said: Said;
}

export async function runScenario(scenario: Scenario, kit: Debugger, route: Route, scratch: Scratch): Promise<Run> {
  const client = new DapClient(await route.open(kit, scratch));
  try {
    await scenario.run(new Session(client, kit, scratch));
    await client.close();
    return { transcript: client.transcript, said: client.port.said() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${kit.name}, ${route.name}: ${why}\nThe transcript ends:\n${client.story()}`, { cause: error });
  } finally {
    await client.close();
  }
}
