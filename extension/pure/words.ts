// Where this extension's words come from: VS Code's translation once `speak` was given it, English until then and in tests.
// Everything that a person reads goes through `l10n.t`, so that one bundle holds it all. It knows no `vscode`.

type Translate = (text: string, ...values: (string | number | boolean)[]) => string;

const english: Translate = (text, ...values) =>
  text.replace(/\{(\d+)\}/g, (all, at: string) => String(values[Number(at)] ?? all));

let translate = english;

export const l10n = { t: ((text, ...values) => translate(text, ...values)) as Translate };

/** Called once, when the extension starts. */
export function speak(translation: Translate): void {
  translate = translation;
}

/** What went wrong, for the end of a sentence. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
