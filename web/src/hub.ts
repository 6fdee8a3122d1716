// Models on the hub: `hf:org/name[:file][@revision]`.

import { KingletError } from './error.js';
import type { Place } from './files.js';
import { ServedFile, type Downloads } from './http.js';

/** A model on a hub. */
export interface HubModel {
  /** The hub's address. */
  hub: string;
  /** `org/name`. */
  repository: string;
  /** A GGUF file, by its name or by a part that no other has. */
  file?: string;
  /** A branch, a tag or a commit. */
  revision: string;
}

const HUB = 'https://huggingface.co';

/** What `hf:…` stands for; null where it stands for nothing. */
export function hubModel(text: string, endpoint = HUB): HubModel | null {
  const [, repository, file, revision = 'main'] = /^hf:([\w.-]+\/[\w.-]+)(?::([^@]+))?(?:@(.+))?$/i.exec(text) ?? [];
  if (repository === undefined || /(^|\/)\.\.?(\/|$)/.test(repository)) return null;
  return { hub: endpoint.replace(/\/+$/, ''), repository, revision, ...(file !== undefined && { file }) };
}

/** Asks the hub which files there are, at a commit that stays. */
export async function openHub({ hub, repository, file, revision }: HubModel, downloads: Downloads): Promise<Place> {
  const api = new URL(`${hub}/api/models/${repository}/revision/${encodeURIComponent(revision)}`);
  const shown = `hf:${repository}@${revision}`;
  const answer = await ServedFile.open(api, shown, downloads);
  if (!answer) throw new KingletError('download-failed', `${hub} has no model ${repository} at ${revision}`);
  const { sha, names } = facts(await answer.read(0, answer.size), shown);
  const base = new URL(`${hub}/${repository}/resolve/${encodeURIComponent(sha)}/`);
  return { base, shown, weights: file === undefined ? null : chosen(names, file, shown), names };
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

/** The file of this name, or the only GGUF model that has this in its name. */
function chosen(names: string[], file: string, shown: string): string {
  if (names.includes(file)) return file;
  const like = names.filter((name) => name.endsWith('.gguf') && name.toLowerCase().includes(file.toLowerCase()));
  // A split model is one, by its first part.
  const models = like.filter((name) => !/-\d{5}-of-\d{5}\.gguf$/.test(name) || /-00001-of-\d{5}\.gguf$/.test(name));
  const [model] = models;
  if (model !== undefined && models.length === 1) return model;
  const why = models.length === 0 ? `has no file ${file}` : `has several files like ${file}: ${models.slice(0, 5).join(', ')}`;
  throw new KingletError('invalid-argument', `${shown} ${why}`);
}
