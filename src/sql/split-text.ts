/**
 * Long texts in pieces of whole statements, so that no parse of them takes long.
 *
 * Semicolons within quotes and comments end nothing. Those within parentheses and BEGIN ATOMIC are
 * taken for ends: such a piece has a syntax error, and then the whole text is parsed at once.
 */

/** Some milliseconds of the parser's work. */
const pieceLength = 8192;

/** Texts up to this length are parsed at once. */
export const shortText = 2 * pieceLength;

const stops = /[;'"$/-]/g;
const dollarTag = /\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$/y;
const nameCharacter = /[\w$\x80-\uffff]/;

/** The pieces in order; joined they are the text. */
export function* piecesOfStatements(text: string): Generator<string> {
  let start = 0;
  let offset = 0;
  while (offset < text.length) {
    stops.lastIndex = offset;
    const found = stops.exec(text);
    if (found === null) break;
    if (found[0] !== ';') {
      offset = endOf(text, found.index);
      continue;
    }
    offset = found.index + 1;
    if (offset - start < pieceLength) continue;
    yield text.slice(start, offset);
    start = offset;
  }
  if (start < text.length) yield text.slice(start);
}

/** Behind the quoted text or comment that may begin here; to the end if it is never closed. */
function endOf(text: string, at: number): number {
  switch (text[at]) {
    case "'":
      return isEscapeString(text, at) ? endOfEscapes(text, at) : behind(text, "'", at + 1);
    case '"':
      return behind(text, '"', at + 1);
    case '-':
      return text[at + 1] === '-' ? behind(text, '\n', at + 2) : at + 1;
    case '/':
      return text[at + 1] === '*' ? endOfComment(text, at) : at + 1;
    default:
      return endOfDollars(text, at);
  }
}

/** A doubled quote ends one text and begins the next. */
function behind(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end === -1 ? text.length : end + mark.length;
}

function isEscapeString(text: string, at: number): boolean {
  const before = text[at - 1];
  return (before === 'e' || before === 'E') && !nameCharacter.test(text[at - 2] ?? ' ');
}

function endOfEscapes(text: string, at: number): number {
  for (let index = at + 1; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === "'" && text[index + 1] === "'") index += 1;
    else if (text[index] === "'") return index + 1;
  }
  return text.length;
}

const commentMarks = /\/\*|\*\//g;

function endOfComment(text: string, at: number): number {
  let depth = 0;
  commentMarks.lastIndex = at;
  for (let found = commentMarks.exec(text); found !== null; found = commentMarks.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return commentMarks.lastIndex;
  }
  return text.length;
}

function endOfDollars(text: string, at: number): number {
  dollarTag.lastIndex = at;
  const tag = nameCharacter.test(text[at - 1] ?? ' ') ? undefined : dollarTag.exec(text)?.[0];
  return tag === undefined ? at + 1 : behind(text, tag, at + tag.length);
}
