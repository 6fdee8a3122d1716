// Models on the hub: `hf:org/name[:file][@revision]`.

/** A model on a hub. */
export interface HubModel {
  /** The hub's address. */
  hub: string;
  /** `org/name`. */
  repository: string;
  /** A file by its path, or a GGUF model by as much of its name as no other has. */
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
