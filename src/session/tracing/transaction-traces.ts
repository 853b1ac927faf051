/**
 * A transaction block lasts from the statement that opened it to the one that ends it. Its statements
 * link to the first, whose caller is theirs; with `trace.transaction = parent` they and the first hang
 * under one span, `TransactionBlock`, in one trace.
 */
import { newSpanId } from '../../trace/spans/ids.ts';
import type { QueryStart, QueryTrace, SpanIdentity } from '../../trace/query-trace.ts';
import type { SqlSession } from '../sql-session.ts';

interface BlockSpan {
  readonly parentSpanId: string;
  readonly startNs: number;
  readonly spanId: string;
  readonly isSampled: boolean;
}

interface TransactionBlock {
  readonly id: string;
  /** Root of the statement that opened it. */
  readonly begin: SpanIdentity;
  readonly ownTraceparent: string;
  readonly span: BlockSpan | undefined;
  statements: number;
}

export class TransactionTraces {
  readonly #session: SqlSession;
  #block: TransactionBlock | undefined;
  /** Ended, and waits for the last byte of what ended it. */
  #ended: TransactionBlock | undefined;
  #endedBy = '';

  constructor(session: SqlSession) {
    this.#session = session;
  }

  /** What the next root has of its block. `enclosing`: traceparent of the library user's span. */
  next(enclosing: string): Pick<QueryStart, 'inheritedTraceparent' | 'transaction'> {
    const block = this.#session.transaction.inBlock ? this.#block : undefined;
    if (block === undefined) return { inheritedTraceparent: enclosing };
    block.statements += 1;
    const { id, statements: sequence, begin, ownTraceparent } = block;
    const inherited = traceparentOf(block) ?? (ownTraceparent || enclosing);
    return { inheritedTraceparent: inherited, transaction: { id, sequence, begin } };
  }

  /** A statement is over. */
  follow(trace: QueryTrace): void {
    const { transaction, processId } = this.#session;
    if (!transaction.inBlock) this.#end(trace.summary);
    else if (this.#block === undefined && trace.traceId !== '') {
      const { traceId, spanId, ownTraceparent } = trace;
      const id = `${processId.toString(16)}-${transaction.startMicros.toString(16)}`;
      const begin = { traceId, spanId };
      this.#block = { id, begin, ownTraceparent, span: this.#span(trace), statements: 0 };
    }
  }

  #span(trace: QueryTrace): BlockSpan | undefined {
    if (this.#session.settings.get('trace.transaction') !== 'parent') return undefined;
    const { callerSpanId: parentSpanId, startNs, isSampled } = trace;
    const spanId = newSpanId();
    trace.nest(spanId);
    return { parentSpanId, startNs, spanId, isSampled };
  }

  #end(by: string): void {
    this.#ended = this.#block;
    this.#endedBy = by;
    this.#block = undefined;
  }

  /** All bytes of the cycle are out. */
  flushed(endNs: number): void {
    const block = this.#ended;
    this.#ended = undefined;
    if (block?.span === undefined || !block.span.isSampled) return;
    const { parentSpanId, startNs, spanId } = block.span;
    const { environment, roles } = this.#session;
    environment.tracer.transactionEnded({
      traceId: block.begin.traceId,
      spanId,
      parentSpanId,
      user: roles.sessionUser,
      startNs,
      endNs,
      attributes: {
        'db.transaction.id': block.id,
        'db.transaction.statements': block.statements,
        'db.transaction.ended_by': this.#endedBy,
      },
    });
  }

  /** The session is over, and its block with it. */
  abandon(endNs: number): void {
    this.#end('');
    this.flushed(endNs);
  }
}

function traceparentOf({ begin, span }: TransactionBlock): string | undefined {
  if (span === undefined) return undefined;
  return `00-${begin.traceId}-${span.spanId}-0${span.isSampled ? 1 : 0}`;
}
