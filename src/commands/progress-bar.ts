/** A progress bar on standard error: ten times a second at most, silent without a terminal. */
const width = 32;
const redrawMs = 100;

export class ProgressBar {
  readonly #label: string;
  readonly #total: number;
  readonly #startMs = Date.now();
  #drawnMs = 0;

  constructor(label: string, total: number) {
    this.#label = label;
    this.#total = Math.max(1, total);
  }

  update(done: number): void {
    const now = Date.now();
    if (!process.stderr.isTTY || now - this.#drawnMs < redrawMs) return;
    this.#drawnMs = now;
    process.stderr.write(`\r${this.#line(done)}`);
  }

  end(done: number): void {
    const seconds = (Date.now() - this.#startMs) / 1000;
    const rate = Math.round(done / Math.max(0.001, seconds)).toLocaleString('en');
    const prefix = process.stderr.isTTY ? `\r${this.#line(this.#total)}\n` : '';
    const total = done.toLocaleString('en');
    process.stderr.write(
      `${prefix}${this.#label}: ${total} in ${seconds.toFixed(1)} s, ${rate}/s\n`,
    );
  }

  #line(done: number): string {
    const share = Math.min(1, done / this.#total);
    const filled = Math.round(share * width);
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
    return `${this.#label} ${bar} ${(share * 100).toFixed(0).padStart(3)} %`;
  }
}
