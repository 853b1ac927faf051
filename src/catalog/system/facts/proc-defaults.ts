/**
 * Defaults of arguments: OID of the function, the expressions.
 * Written by integration-tests/catalog/write-facts.ts.
 */
export const procDefaults = `
1177 '{}'::jsonb, false; 1179 '{}'::jsonb, false; 1180 '{}'::jsonb, false; 1268 true; 2023
'{}'::jsonb, false; 2030 '{}'::jsonb, false; 2096 0; 2172 false; 2739 true; 3305 true; 3436 true,
60; 3464 0, 0, 0, 0, 0, 0, 0.0; 3579 false; 3779 false, false; 3786 false, false; 3960 false; 3961
false; 4005 '{}'::jsonb, false; 4006 '{}'::jsonb, false; 4007 '{}'::jsonb, false; 4008
'{}'::jsonb, false; 4009 '{}'::jsonb, false; 4350 'NFC'::text; 4351 'NFC'::text; 5054 true,
'use_json_null'::text;
`;
