// What a hub says of a model.

import { engine, ready } from './engine.js';
import { KingletError } from './error.js';
import type { Place } from './files.js';
import type { HubModel } from './hub.js';
import { ServedFile, type Downloads } from './http.js';

/** Asks the hub which files there are, at a commit that stays. */
export async function openHub({ hub, repository, file, revision }: HubModel, downloads: Downloads): Promise<Place> {
  const api = new URL(`${hub}/api/models/${repository}/revision/${encodeURIComponent(revision)}`);
  const shown = `hf:${repository}@${revision}`;
  const answer = await ServedFile.open(api, shown, downloads);
  if (!answer) throw new KingletError('download-failed', `${hub} has no model ${repository} at ${revision}`);
  const { sha, names } = facts(await answer.read(0, answer.size), shown);
  const base = new URL(`${hub}/${repository}/resolve/${encodeURIComponent(sha)}/`);
  await ready();
  return { base, shown, weights: engine.chooseModel(names, file, shown) ?? null, names };
}

function facts(text: Uint8Array, shown: string): { sha: string; names: string[] } {
  try {
    const { sha, siblings } = JSON.parse(new TextDecoder().decode(text)) as { sha: unknown; siblings: { rfilename: unknown }[] };
    const names = siblings.map((sibling) => String(sibling.rfilename));
    if (typeof sha === 'string') return { sha, names };
  } catch {
    // As below.
  }
  throw new KingletError('download-failed', `${shown}: the hub's answer does not list files`);
}
