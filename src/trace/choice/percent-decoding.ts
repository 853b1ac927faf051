/** `%20` and the like to text. Malformed escapes leave the text as it is; nothing is thrown. */
export function percentDecoded(text: string): string {
  if (!text.includes('%') || !/^(?:[^%]|%[0-9a-fA-F]{2})*$/.test(text)) return text;
  const bytes = Buffer.from(text, 'utf8')
    .toString('latin1')
    .replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
