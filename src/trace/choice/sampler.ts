/**
 * Head sampling: whether a trace is exported, decided from its id and its caller when it starts.
 *
 * The ratio decision is OpenTelemetry's: the XOR of the id's four 32-bit words, below
 * floor(ratio × 0xffffffff). It depends on the id alone, so services agree and tests can predict.
 */
export interface SamplerSettings {
  /** OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG, OTEL_TRACES_SAMPLER_RATIO. */
  readonly sampler: string;
  readonly arg: string;
  readonly ratio: string;
}

export interface Sampler {
  /** Share of traces without a caller that are exported. */
  readonly ratio: number;
  readonly parentBased: boolean;
  readonly warnings: readonly string[];
}

/** Precedence: the standard sampler, then the ratio alone, then everything, as the caller says. */
export function readSampler(settings: SamplerSettings): Sampler {
  const warnings: string[] = [];
  const name = settings.sampler.trim().toLowerCase();
  const own = settings.ratio.trim();
  if (name === '') {
    const ratio = own === '' ? 1 : readRatio('OTEL_TRACES_SAMPLER_RATIO', own, warnings);
    return { ratio, parentBased: true, warnings };
  }
  if (own !== '' && own !== settings.arg.trim()) {
    warnings.push('OTEL_TRACES_SAMPLER is set: OTEL_TRACES_SAMPLER_RATIO has no effect');
  }
  const parentBased = name.startsWith('parentbased_');
  const kind = parentBased ? name.slice('parentbased_'.length) : name;
  switch (kind) {
    case 'always_on':
      return { ratio: 1, parentBased, warnings };
    case 'always_off':
      return { ratio: 0, parentBased, warnings };
    case 'traceidratio': {
      const ratio = readRatio('OTEL_TRACES_SAMPLER_ARG', settings.arg.trim(), warnings);
      return { ratio, parentBased, warnings };
    }
    default:
      warnings.push('OTEL_TRACES_SAMPLER names no known sampler; parentbased_always_on is used');
      return { ratio: 1, parentBased: true, warnings };
  }
}

function readRatio(name: string, text: string, warnings: string[]): number {
  const ratio = Number(text);
  if (text !== '' && ratio >= 0 && ratio <= 1) return ratio;
  warnings.push(`${name} is no number from 0 to 1; 1 is used`);
  return 1;
}

export function isWithinRatio(traceId: string, ratio: number): boolean {
  if (ratio >= 1) return true;
  if (ratio <= 0) return false;
  let word = 0;
  for (let at = 0; at < 32; at += 8) word ^= Number.parseInt(traceId.slice(at, at + 8), 16);
  return word >>> 0 < Math.floor(ratio * 0xffffffff);
}

/** Passes `perSecond` traces a second, in bursts of ten seconds' worth; errors have a tenth more. */
export class RateGuard {
  readonly #perSecond: number;
  #tokens: number;
  #errorTokens: number;
  #lastNs = 0;

  /** 0: no limit. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond * 10;
    this.#errorTokens = perSecond;
  }

  take(nowNs: number, isError: boolean): boolean {
    const rate = this.#perSecond;
    if (rate === 0) return true;
    const seconds = this.#lastNs === 0 ? 0 : Math.max(0, nowNs - this.#lastNs) / 1e9;
    this.#lastNs = nowNs;
    this.#tokens = Math.min(rate * 10, this.#tokens + seconds * rate);
    this.#errorTokens = Math.min(rate, this.#errorTokens + (seconds * rate) / 10);
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return true;
    }
    if (!isError || this.#errorTokens < 1) return false;
    this.#errorTokens -= 1;
    return true;
  }
}
