// Where one can debug, as lists for a person: this machine, agents that were paired with, ssh hosts, containers, pods, WSL.
// What other programs print is read here; what cannot be read is left out, for a list is an offer and no proof.
import { l10n } from './words.ts';

export type TargetKind = 'local' | 'tls' | 'ssh' | 'docker' | 'kubectl' | 'wsl' | 'exec' | 'reverse';

export interface Target {
  /** As `target` in a configuration. */
  address: string;
  kind: TargetKind;
  /** Short, for lists and the status bar. */
  label: string;
  detail: string;
}

export function kindOf(address: string): TargetKind {
  const kind = /^(tls|ssh|docker|kubectl|wsl|exec|reverse):/.exec(address)?.[1];
  return (kind as TargetKind | undefined) ?? 'local';
}

const icons: Record<TargetKind, string> = {
  local: 'device-desktop',
  tls: 'key',
  ssh: 'remote',
  docker: 'package',
  kubectl: 'server-process',
  wsl: 'terminal-linux',
  exec: 'terminal',
  reverse: 'plug',
};

export const iconOf = (kind: TargetKind): string => icons[kind];

/** `build-box` of `tls://build-box:4711`, `web-1` of `docker:web-1`. */
export function shortName(address: string): string {
  if (kindOf(address) === 'local') return l10n.t('this machine');
  if (address.startsWith('exec:')) return address.slice('exec:'.length).split(' ')[0] ?? address;
  return address.replace(/^\w+:(\/\/)?/, '');
}

export const thisMachine = (): Target => ({
  address: 'local',
  kind: 'local',
  label: l10n.t('This machine'),
  detail: l10n.t('Your own agent here; it is started when it is needed'),
});

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

function object(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export interface Peer {
  fingerprint: string;
  target: Target;
}

/** Of `nearside peers --json`: agents that are trusted. */
export function pairedAgents(out: string): Peer[] {
  return lines(out).flatMap((line) => {
    const peer = object(line);
    if (peer?.role !== 'agent' || peer.revoked === true) return [];
    const name = textOf(peer.name);
    if (!/^[^\s]+:\d+$/.test(name)) return [];
    const isReverse = name.startsWith('reverse:');
    const address = isReverse || name.startsWith('tls://') ? name : `tls://${name}`;
    const kind = kindOf(address);
    const target = { address, kind, label: shortName(address), detail: l10n.t('Paired agent') };
    return [{ fingerprint: textOf(peer.fingerprint), target }];
  });
}

/** Of `docker ps --format '{{json .}}'`. The container of this folder's devcontainer comes first. */
export function containers(out: string, folder?: string): Target[] {
  const found = lines(out).flatMap((line) => {
    const one = object(line);
    const name = textOf(one?.Names).split(',')[0] ?? '';
    if (one === undefined || name === '') return [];
    const mine = folder !== undefined && textOf(one.Labels).split(',').includes(`devcontainer.local_folder=${folder}`);
    const detail = [textOf(one.Image), textOf(one.Status)].filter((each) => each !== '').join(' · ');
    const target: Target = { address: `docker:${name}`, kind: 'docker', label: name, detail };
    return [
      { mine, target: mine ? { ...target, detail: l10n.t('Devcontainer of this folder · {0}', detail) } : target },
    ];
  });
  return found.sort((a, b) => Number(b.mine) - Number(a.mine)).map(({ target }) => target);
}

/** Of the same: the container of this folder's devcontainer, by its name; undefined: none runs. */
export function devcontainerOf(out: string, folder: string): string | undefined {
  const mine = lines(out)
    .map(object)
    .find((one) => textOf(one?.Labels).split(',').includes(`devcontainer.local_folder=${folder}`));
  const [name = ''] = textOf(mine?.Names).split(',');
  return name === '' ? undefined : name;
}

/** Of `kubectl get pods --all-namespaces -o json`: a target for each container of each pod that runs. */
export function pods(out: string): Target[] {
  const list = object(out)?.items;
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    const pod = item as {
      metadata?: Record<string, unknown>;
      spec?: { containers?: unknown };
      status?: Record<string, unknown>;
    } | null;
    const name = textOf(pod?.metadata?.name);
    const space = textOf(pod?.metadata?.namespace);
    if (name === '' || space === '' || pod?.status?.phase !== 'Running') return [];
    const listed = Array.isArray(pod.spec?.containers)
      ? (pod.spec.containers as { name?: unknown; image?: unknown }[])
      : [];
    return listed.map((container) => {
      const path = listed.length > 1 ? `${space}/${name}/${textOf(container.name)}` : `${space}/${name}`;
      const detail = l10n.t('Pod · {0}', textOf(container.image));
      return { address: `kubectl:${path}`, kind: 'kubectl' as const, label: path, detail };
    });
  });
}

/** Of `wsl.exe --list --quiet`, which speaks UTF-16 unless WSL_UTF8 is set. */
export function distributions(out: Buffer): Target[] {
  const text = out.includes(0) ? out.toString('utf16le') : out.toString('utf8');
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((name) => name !== '' && !name.startsWith('docker-desktop'))
    .map((name) => ({ address: `wsl:${name}`, kind: 'wsl', label: name, detail: l10n.t('WSL distribution') }));
}
