/** cash_words(): an amount of money in English words, spaced as PostgreSQL does it. */

const small = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen ' +
  'sixteen seventeen eighteen nineteen twenty'
).split(' ');
const tens = ' ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** Of a number below 1000. */
function words(value: number): string {
  if (value <= 20) return small[value] ?? '';
  const rest = value % 100;
  const hundreds = `${small[Math.floor(value / 100)]} hundred`;
  if (rest === 0) return hundreds;
  const ten = tens[Math.floor(rest / 10)];
  const below =
    rest % 10 === 0 && rest > 10 ? ten : rest < 20 ? small[rest] : `${ten} ${small[rest % 10]}`;
  if (value < 100) return below ?? '';
  return rest <= 19 ? `${hundreds} and ${below}` : `${hundreds} ${below}`;
}

const groups: readonly (readonly [bigint, string])[] = [
  [10n ** 15n, ' quadrillion '],
  [10n ** 12n, ' trillion '],
  [10n ** 9n, ' billion '],
  [10n ** 6n, ' million '],
  [1000n, ' thousand '],
  [1n, ''],
];

export function moneyInWords(amount: bigint): string {
  const size = amount < 0n ? -amount : amount;
  const [dollars, cents] = [size / 100n, Number(size % 100n)];
  const parts = groups.map(([unit, name]) => {
    const count = Number((dollars / unit) % 1000n);
    return count === 0 ? '' : words(count) + name;
  });
  const sign = amount < 0n ? 'minus ' : '';
  const whole = dollars === 0n ? 'zero' : parts.join('');
  const text =
    `${sign}${whole} dollar${dollars === 1n ? '' : 's'} and ` +
    `${words(cents)} cent${cents === 1 ? '' : 's'}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
