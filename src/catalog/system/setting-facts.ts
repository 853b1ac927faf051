/** What pg_settings says of a setting: PostgreSQL's words for those that it has. */
import type { SettingFact } from '../catalog-state.ts';
import { arrayOf, type Fields } from './fact-rows.ts';
import { settingTexts } from './facts/setting-texts.ts';
import { once, plainText, recordsOf } from './static-records.ts';

interface SettingText {
  readonly category: string;
  readonly context: string;
  readonly text: string;
  readonly more: string | null;
}

const texts = once((): ReadonlyMap<string, SettingText> => {
  const found = new Map<string, SettingText>();
  let category = '';
  for (const [name = '', context = '', ...words] of recordsOf(settingTexts)) {
    if (name === '#') {
      category = plainText([context, ...words]);
      continue;
    }
    const [text = '', more = null] = plainText(words).split(' / ');
    found.set(name, { category, context, text, more });
  }
  return found;
});

/** SHOW ALL and pg_settings leave out what PostgreSQL leaves out: role, seed and their like. */
export function isListedSetting(name: string): boolean {
  return name.includes('.') || texts().has(name);
}

/** What PostgreSQL says of a setting of its own. */
export function settingText(name: string): string | undefined {
  return texts().get(name)?.text;
}

/** When PostgreSQL takes a new value: `user`, `sighup`, `postmaster`; undefined: it is not its own. */
export function settingContext(name: string): string | undefined {
  return texts().get(name)?.context;
}

export function settingFields(setting: SettingFact): Fields {
  const { name, value, type, unit, min, max, enumValues, bootValue, resetValue, source } = setting;
  const known = texts().get(name);
  const isFixed = setting.fixed === true;
  return {
    name,
    setting: value,
    unit,
    category: known?.category ?? 'Customized Options',
    short_desc: known?.text ?? setting.description,
    extra_desc: known?.more ?? null,
    context: known?.context ?? (isFixed ? 'internal' : 'user'),
    vartype: type,
    source,
    min_val: min,
    max_val: max,
    enumvals: enumValues === undefined ? null : arrayOf('text', enumValues),
    boot_val: bootValue,
    reset_val: resetValue,
    pending_restart: false,
  };
}
