// Languages that people can choose from: of what they hear about and what they read.

const KNOWN = [
  ...["ar", "en", "de", "es", "fr", "it", "ja"],
  ...["ko", "nl", "pl", "pt", "ru", "sv", "uk", "zh"],
];

/** Their tags with names; one that is set already is among them. */
export function tongues(
  set: string | null,
  named: (tag: string) => string,
): [tag: string, name: string][] {
  const tags = set === null || KNOWN.includes(set) ? KNOWN : [set, ...KNOWN];
  return tags.map((tag) => [tag, named(tag)]);
}
