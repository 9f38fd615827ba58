// Takes out of a text what tells who somebody is or lets somebody in, before it is shown to others: names of users and machines,
// home folders, addresses, keys, codes and tokens. The same secret gets the same stand-in, so that the text can still be followed.

export interface Known {
  user: string;
  home: string;
  host: string;
  /** Other names that are to go: of ssh hosts, containers, workspaces. */
  names?: readonly string[];
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export function redact(text: string, known: Known): string {
  const standIns = new Map<string, string>();
  const standIn = (kind: string, secret: string) => {
    const found = standIns.get(secret);
    if (found !== undefined) return found;
    const count = [...standIns.values()].filter((each) => each.startsWith(`<${kind}-`)).length;
    const made = `<${kind}-${count + 1}>`;
    standIns.set(secret, made);
    return made;
  };
  let out = text;
  if (known.home.length > 1) out = out.replaceAll(known.home, '~');
  out = out
    .replace(/-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g, '<key>')
    .replace(/\bSHA256:[A-Za-z0-9+/]{43}=?/g, (all) => standIn('fingerprint', all))
    .replace(
      /\b(?:token|password|passwd|secret|apikey|api_key|authorization|code)\b(["']?\s*[:=]\s*["']?)(?!SHA256)[^\s"',}]+/gi,
      (all, sign: string) => all.slice(0, all.indexOf(sign)) + sign + '<secret>',
    )
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '<token>')
    .replace(/\b(?:gh[pousr]|glpat|xox[abp]|sk)[-_][\w-]{16,}/g, '<token>')
    .replace(/\b(?!127\.0\.0\.1|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}\b/g, (all) => standIn('address', all))
    .replace(/\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g, (all) => standIn('account', all));
  const names: [string, string][] = [
    [known.host, 'host'],
    ...(known.names ?? []).map((name): [string, string] => [name, 'name']),
  ];
  for (const [name, kind] of names.sort(([a], [b]) => b.length - a.length)) {
    if (name.length > 2)
      out = out.replace(RegExp(`(?<![\\w-])${escaped(name)}(?![\\w-])`, 'g'), () => standIn(kind, name));
  }
  if (known.user.length > 2 && known.user !== 'root')
    out = out.replace(RegExp(`(?<!\\w)${escaped(known.user)}(?!\\w)`, 'g'), '<user>');
  return out;
}
