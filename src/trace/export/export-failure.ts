/** An attempt to export that failed, and what the collector said about trying again. */
export class ExportFailure extends Error {
  override readonly name = 'ExportFailure';
  /** Sending the same again would not help: the collector read it and refuses it. */
  readonly isFinal: boolean;
  /** How long the collector asks to be left alone. */
  readonly retryAfterMs: number;

  constructor(message: string, advice: { isFinal?: boolean; retryAfterMs?: number } = {}) {
    super(message);
    this.isFinal = advice.isFinal ?? false;
    this.retryAfterMs = advice.retryAfterMs ?? 0;
  }
}

/** Resolves when the collector takes a message or refuses it for good: it is there. */
export async function answered(exchange: Promise<unknown>): Promise<void> {
  try {
    await exchange;
  } catch (error) {
    if (error instanceof ExportFailure && error.isFinal) return;
    throw error;
  }
}
