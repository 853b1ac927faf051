/** The encodings that are converted: one record each, by the platform's decoder and corrections. */
import * as scheme from './byte-schemes.ts';
import * as corrections from './corrections.ts';
import type { EncodingName } from './encoding-names.ts';

export interface EncodingRecord {
  readonly scheme: scheme.ByteScheme;
  /** A label of TextDecoder; latin1: every byte is the character of its number. */
  readonly decoder: string;
  /** 80 to 9F are control characters, whatever the decoder says; or nothing, where it says so. */
  readonly controls?: 'kept';
  /** Characters for private use stay. */
  readonly privateUse?: 'kept';
  readonly corrections?: string;
  /** Corrections of what is written for a character, by character. */
  readonly written?: string;
  /** Of several codes of a character the one that is written. */
  readonly writes?: 'last';
  /** Codes that are computed. */
  readonly computed?: 'hangul' | 'fourBytes';
}

function iso(decoder: string, more: Partial<EncodingRecord> = {}): EncodingRecord {
  return { scheme: scheme.singleByte, decoder, controls: 'kept', ...more };
}

function codePage(decoder: string, more: Partial<EncodingRecord> = {}): EncodingRecord {
  return { scheme: scheme.singleByte, decoder, ...more };
}

export const encodingRecords: Readonly<Partial<Record<EncodingName, EncodingRecord>>> = {
  LATIN1: iso('latin1'),
  LATIN2: iso('iso-8859-2'),
  LATIN3: iso('iso-8859-3'),
  LATIN4: iso('iso-8859-4'),
  LATIN5: iso('latin1', { corrections: corrections.latin5Corrections }),
  LATIN6: iso('iso-8859-10'),
  LATIN7: iso('iso-8859-13'),
  LATIN8: iso('iso-8859-14'),
  LATIN9: iso('iso-8859-15'),
  LATIN10: iso('latin1', { corrections: corrections.latin10Corrections }),
  ISO_8859_5: iso('iso-8859-5'),
  ISO_8859_6: iso('iso-8859-6'),
  ISO_8859_7: iso('iso-8859-7'),
  ISO_8859_8: iso('iso-8859-8'),
  KOI8R: codePage('koi8-r'),
  KOI8U: codePage('koi8-u'),
  WIN866: codePage('ibm866'),
  WIN874: codePage('windows-874'),
  WIN1250: codePage('windows-1250'),
  WIN1251: codePage('windows-1251'),
  // Node's own decoder of windows-1252 reads 80 to 9F as control characters.
  WIN1252: codePage('windows-1254', { corrections: corrections.win1252Corrections }),
  WIN1253: codePage('windows-1253', { corrections: 'aa' }),
  WIN1254: codePage('windows-1254'),
  WIN1255: codePage('windows-1255'),
  WIN1256: codePage('windows-1256'),
  WIN1257: codePage('windows-1257'),
  WIN1258: codePage('windows-1258'),
  EUC_JP: {
    scheme: { ...scheme.extendedUnixJapanese, leads: [0x8e, 0xf4] },
    decoder: 'euc-jp',
    corrections: corrections.eucJpCorrections,
    written: 'a6=8fa2c3',
  },
  EUC_CN: {
    scheme: { ...scheme.extendedUnix, leads: [0xa1, 0xf7] },
    decoder: 'gbk',
    corrections: corrections.eucCnCorrections,
  },
  EUC_KR: {
    scheme: scheme.extendedUnix,
    decoder: 'euc-kr',
    corrections: corrections.eucKrCorrections,
  },
  SJIS: {
    scheme: scheme.shiftJis,
    decoder: 'shift_jis',
    written: corrections.sjisWritten,
    writes: 'last',
  },
  BIG5: {
    scheme: scheme.doubleByte,
    decoder: 'big5',
    corrections: corrections.big5Corrections,
  },
  GBK: { scheme: scheme.doubleByte, decoder: 'gbk', written: '20ac=80' },
  UHC: {
    scheme: { ...scheme.doubleByte, leads: [0xa1, 0xfe], trails: [0xa1, 0xfe] },
    decoder: 'euc-kr',
    corrections: `${corrections.eucKrCorrections} c9a1*94=e000 fea1*94=e05e`,
    computed: 'hangul',
  },
  GB18030: {
    scheme: scheme.upToFourBytes,
    decoder: 'gb18030',
    privateUse: 'kept',
    corrections: corrections.gb18030Corrections,
    computed: 'fourBytes',
  },
};
