/** Functions and operators over inet, cidr and macaddr. */
import { family, operatorFamily, scalar } from '../define.ts';
import type { FunctionRecord } from '../function-record.ts';
import {
  abbreviated,
  bitwise,
  broadcast,
  complement,
  containsNetwork,
  distance,
  hostmask,
  isSameFamily,
  mergeNetworks,
  netmask,
  network,
  ofMac,
  overlapNetworks,
  shifted,
  withMask,
} from './addresses.ts';

const define = family('network');
const operator = operatorFamily('network');

const parts: readonly FunctionRecord[] = [
  define(
    'host',
    { text: 'address without its mask', example: ["host('192.168.1.0/24')", '192.168.1.0'] },
    scalar('inet → text', (address: string) => address.replace(/\/.*$/, '')),
  ),
  define(
    'masklen',
    { text: 'bits of the mask', example: ["masklen('192.168.1.0/24')", '24'] },
    scalar('inet → int4', (address: string) =>
      Number(/\/(\d+)$/.exec(address)?.[1] ?? (address.includes(':') ? 128 : 32)),
    ),
  ),
  define(
    'family',
    { text: '4 or 6', example: ["family('::1')", '6'] },
    scalar('inet → int4', (address: string) => (address.includes(':') ? 6 : 4)),
  ),
  define(
    'network',
    { text: 'network of an address', example: ["network('10.0.0.1/24'::inet)", '10.0.0.0/24'] },
    scalar('inet → cidr', network),
  ),
  define(
    'netmask',
    { text: 'mask of the network', example: ["netmask('10.0.0.1/24'::inet)", '255.255.255.0'] },
    scalar('inet → inet', netmask),
  ),
  define(
    'hostmask',
    { text: 'mask of the host', example: ["hostmask('10.0.0.1/24'::inet)", '0.0.0.255'] },
    scalar('inet → inet', hostmask),
  ),
  define(
    'broadcast',
    {
      text: 'last address of the network',
      example: ["broadcast('10.0.0.1/24'::inet)", '10.0.0.255/24'],
    },
    scalar('inet → inet', broadcast),
  ),
  define(
    'set_masklen',
    {
      text: 'with another length of the mask',
      example: ["set_masklen('10.0.0.1/24'::inet, 16)", '10.0.0.1/16'],
    },
    scalar('inet, int4 → inet', (text: string, bits: number) => withMask(text, bits, 'inet')),
    scalar('cidr, int4 → cidr', (text: string, bits: number) => withMask(text, bits, 'cidr')),
  ),
  define(
    'abbrev',
    { text: 'short text', example: ["abbrev('10.1.0.0/16'::cidr)", '10.1/16'] },
    scalar('inet → text', (text: string) => abbreviated(text, 'inet')),
    scalar('cidr → text', (text: string) => abbreviated(text, 'cidr')),
  ),
  define(
    'inet_same_family',
    {
      text: 'whether both are IPv4 or IPv6',
      example: ["inet_same_family('10.0.0.1', '::1')", 'f'],
    },
    scalar('inet, inet → bool', isSameFamily),
  ),
  define(
    'inet_merge',
    {
      text: 'smallest network that has both',
      example: ["inet_merge('10.0.0.1/24', '10.0.1.5/24')", '10.0.0.0/23'],
    },
    scalar('inet, inet → cidr', mergeNetworks),
  ),
  define(
    'trunc',
    { text: 'with the last three bytes zero' },
    scalar('macaddr → macaddr', (mac: string) => `${mac.slice(0, 8)}:00:00:00`),
  ),
];

const containing: readonly FunctionRecord[] = [
  operator(
    '<<',
    { text: 'lies in the other network', example: ["'10.0.0.1'::inet << '10.0.0.0/8'", 't'] },
    scalar('inet, inet → bool', (left: string, right: string) =>
      containsNetwork(right, left, false),
    ),
  ),
  operator(
    '<<=',
    {
      text: 'lies in the other network or is it',
      example: ["'10.0.0.1'::inet <<= '10.0.0.1'", 't'],
    },
    scalar('inet, inet → bool', (left: string, right: string) =>
      containsNetwork(right, left, true),
    ),
  ),
  operator(
    '>>',
    { text: 'has the other network in it', example: ["'10.0.0.0/8'::inet >> '10.0.0.1'", 't'] },
    scalar('inet, inet → bool', (left: string, right: string) =>
      containsNetwork(left, right, false),
    ),
  ),
  operator(
    '>>=',
    { text: 'has the other network in it or is it' },
    scalar('inet, inet → bool', (left: string, right: string) =>
      containsNetwork(left, right, true),
    ),
  ),
  operator(
    '&&',
    { text: 'one lies in the other', example: ["'10.0.0.0/8'::inet && '10.1.0.0/16'", 't'] },
    scalar('inet, inet → bool', overlapNetworks),
  ),
];

const arithmetic: readonly FunctionRecord[] = [
  operator(
    '~',
    { text: 'all bits the other way', example: ["~ '10.0.0.1'::inet", '245.255.255.254'] },
    scalar('inet → inet', complement),
    scalar('macaddr → macaddr', (mac: string) => ofMac(mac, mac, (byte) => ~byte)),
  ),
  operator(
    '&',
    { text: 'bits of both', example: ["'10.0.0.5'::inet & '0.0.0.255'", '0.0.0.5'] },
    scalar('inet, inet → inet', (left: string, right: string) => bitwise(left, right, 'AND')),
    scalar('macaddr, macaddr → macaddr', (left: string, right: string) =>
      ofMac(left, right, (a, b) => a & b),
    ),
  ),
  operator(
    '|',
    { text: 'bits of either', example: ["'10.0.0.5'::inet | '0.0.0.255'", '10.0.0.255'] },
    scalar('inet, inet → inet', (left: string, right: string) => bitwise(left, right, 'OR')),
    scalar('macaddr, macaddr → macaddr', (left: string, right: string) =>
      ofMac(left, right, (a, b) => a | b),
    ),
  ),
  operator(
    '+',
    { text: 'an address further on', example: ["'10.0.0.1'::inet + 5", '10.0.0.6'] },
    scalar('inet, int8 → inet', shifted),
    scalar('int8, inet → inet', (offset: bigint, text: string) => shifted(text, offset)),
  ),
  operator(
    '-',
    { text: 'an address before, or how far two are apart' },
    scalar('inet, int8 → inet', (text: string, offset: bigint) => shifted(text, -offset)),
    scalar('inet, inet → int8', distance),
  ),
];

export const networkFunctions: readonly FunctionRecord[] = [...parts, ...containing, ...arithmetic];
