/** DO: runs a block of PL/pgSQL (session/plpgsql/run.ts). */
import { requireLanguage } from '../roles/listed-objects.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { parsePlpgsql } from '../../sql/plpgsql/parse.ts';
import { Compiled } from '../plpgsql/compiled.ts';
import { PlRun } from '../plpgsql/run.ts';
import { sourcePlaces } from '../plpgsql/source-places.ts';
import { inBlock } from '../transaction/in-block.ts';
import type { Utility, UtilityBody } from './utility.ts';

const name = 'inline_code_block';

export const doBlock: Utility = {
  kind: 'DoStmt',
  async run(body, context) {
    const options = optionsOf(body);
    const language = options.get('language') ?? 'plpgsql';
    if (language.toLowerCase() !== 'plpgsql') throw unknownLanguage(language);
    const { session } = context;
    requireLanguage(session, 'plpgsql');
    const source = options.get('as') ?? '';
    const head = { name, returns: { kind: 'void', isSet: false }, parameters: [] } as const;
    const placeOf = sourcePlaces(source, session.currentSql);
    const tree = parsePlpgsql(source, head, placeOf);
    const compiled = new Compiled(session, tree, { name, signature: name, placeOf });
    const run = new PlRun(context, compiled);
    await inBlock(session, () => run.run());
    context.out.commandComplete('DO');
    return 0;
  },
};

function optionsOf(body: UtilityBody): ReadonlyMap<string, string> {
  const args = (body['args'] ?? []) as readonly {
    readonly DefElem?: {
      readonly defname?: string;
      readonly arg?: { readonly String?: { readonly sval?: string } };
    };
  }[];
  return new Map(
    args.map(({ DefElem: option }) => [option?.defname ?? '', option?.arg?.String?.sval ?? '']),
  );
}

function unknownLanguage(language: string): SqlError {
  if (['c', 'internal', 'sql'].includes(language)) {
    const message = `language "${language}" does not support inline code execution`;
    return new SqlError('feature_not_supported', message);
  }
  return new SqlError('undefined_object', `language "${language}" does not exist`);
}
