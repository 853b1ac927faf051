/**
 * Checks of information_schema's domains: OID, name, domain, condition.
 * Written by integration-tests/catalog/write-facts.ts.
 */
export const domainCheckFacts = `
13222 cardinal_number_domain_check 13221 (VALUE >= 0); 13235 yes_or_no_check 13234 ((VALUE)::text
= ANY ((ARRAY['YES'::character varying, 'NO'::character varying])::text[]));
`;
