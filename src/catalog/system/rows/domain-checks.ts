/** Conditions of information_schema's domains. */
import { domainCheckFacts } from '../facts/domain-checks.ts';
import { once, recordsOf } from '../static-records.ts';

export interface DomainCheck {
  readonly oid: number;
  readonly name: string;
  readonly domain: number;
  readonly condition: string;
}

export const domainChecks = once((): readonly DomainCheck[] =>
  recordsOf(domainCheckFacts).map(([oid, name = '', domain, ...condition]) => ({
    oid: Number(oid),
    name,
    domain: Number(domain),
    condition: condition.join(' '),
  })),
);
