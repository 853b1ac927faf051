/** The imaginary company whose telemetry is generated: services, their operations, its users. */

export interface OperationModel {
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal' | 'producer' | 'consumer';
  /** Median duration, µs. */
  readonly medianMicros: number;
  readonly http?: { readonly method: string; readonly path: string };
  readonly db?: {
    readonly system: string;
    readonly operation: string;
    readonly collection: string;
    readonly text: string;
  };
}

export interface ServiceModel {
  readonly name: string;
  readonly language: string;
  readonly version: string;
  readonly instances: number;
  readonly entries: readonly OperationModel[];
  readonly inner: readonly OperationModel[];
}

export const projects = ['checkout-prod', 'search-prod', 'checkout-staging', 'internal-tools'];
/** Shares of the projects, cumulative. */
export const projectShares = [0.6, 0.85, 0.95, 1];

const languages = ['go', 'java', 'python', 'nodejs', 'rust', 'dotnet'];
const methods = ['GET', 'GET', 'GET', 'POST', 'POST', 'PUT', 'DELETE'];
const nouns = [
  'orders',
  'carts',
  'payments',
  'users',
  'sessions',
  'products',
  'prices',
  'stock',
  'invoices',
  'coupons',
  'reviews',
  'shipments',
  'refunds',
  'addresses',
  'alerts',
  'reports',
];
const databases = ['postgresql', 'redis', 'mongodb', 'mysql'];
const serviceNames = [
  'frontend',
  'api-gateway',
  'cart',
  'checkout',
  'payment',
  'catalog',
  'search',
  'recommendation',
  'shipping',
  'inventory',
  'identity',
  'notification',
  'pricing',
  'fraud',
  'billing',
  'analytics',
  'email',
  'media',
  'review',
  'admin',
];

function entryOperation(service: number, index: number): OperationModel {
  const noun = nouns[(service * 3 + index) % nouns.length] ?? 'items';
  const method = methods[(service + index) % methods.length] ?? 'GET';
  const path = index % 2 === 0 ? `/api/v1/${noun}` : `/api/v1/${noun}/{id}`;
  return {
    name: `${method} ${path}`,
    kind: 'server',
    medianMicros: 8_000 + ((service * 37 + index * 101) % 40) * 1_500,
    http: { method, path },
  };
}

function innerOperation(service: number, index: number): OperationModel {
  const noun = nouns[(service * 5 + index) % nouns.length] ?? 'items';
  if (index % 3 === 0) return databaseOperation(service, index, noun);
  if (index % 3 === 1) {
    return { name: `validate ${noun}`, kind: 'internal', medianMicros: 300 + (index % 7) * 120 };
  }
  return {
    name: `render ${noun} ${index}`,
    kind: 'internal',
    medianMicros: 600 + ((service + index) % 11) * 210,
  };
}

function databaseOperation(service: number, index: number, noun: string): OperationModel {
  const system = databases[(service + index) % databases.length] ?? 'postgresql';
  const operation = ['SELECT', 'INSERT', 'UPDATE', 'SELECT'][index % 4] ?? 'SELECT';
  const texts: Readonly<Record<string, string>> = {
    SELECT: `SELECT id, state, total FROM ${noun} WHERE id = $1`,
    INSERT: `INSERT INTO ${noun} (id, state, total) VALUES ($1, $2, $3)`,
    UPDATE: `UPDATE ${noun} SET state = $2 WHERE id = $1`,
  };
  return {
    name: `${operation} ${noun}`,
    kind: 'client',
    medianMicros: 900 + ((service * 7 + index) % 13) * 340,
    db: { system, operation, collection: noun, text: texts[operation] ?? '' },
  };
}

export const services: readonly ServiceModel[] = serviceNames.map((name, service) => ({
  name,
  language: languages[service % languages.length] ?? 'go',
  version: `${1 + (service % 4)}.${service % 10}.${(service * 7) % 20}`,
  instances: 2 + (service % 6),
  entries: Array.from({ length: 6 + (service % 9) }, (_, index) => entryOperation(service, index)),
  inner: Array.from({ length: 12 + (service % 17) }, (_, index) => innerOperation(service, index)),
}));

export const errorKinds: readonly (readonly [type: string, message: string])[] = [
  ['TimeoutError', 'upstream request timeout after 2000 ms'],
  ['ConnectionRefused', 'connect ECONNREFUSED 10.2.0.14:5432'],
  ['ValidationError', 'field "quantity" must be positive'],
  ['PermissionDenied', 'caller lacks scope orders:write'],
  ['NullPointerException', 'Cannot invoke method on null reference'],
  ['DeadlockDetected', 'deadlock detected while updating relation'],
];

export const userCount = 50_000;
export const sessionCount = 200_000;

/** Requests per minute of the day, relative: quiet nights, busy afternoons. */
export function diurnalWeight(minuteOfDay: number): number {
  const angle = ((minuteOfDay - 15 * 60) / 1440) * 2 * Math.PI;
  return 1 + 0.7 * Math.cos(angle);
}

/** An operation of a service, known by its index. */
export interface Operation {
  readonly service: number;
  readonly model: OperationModel;
}

/** All operations: of each service the entries, then the inner ones. */
export const operations: readonly Operation[] = services.flatMap(({ entries, inner }, service) =>
  [...entries, ...inner].map((model) => ({ service, model })),
);

export const instancesMax = 8;

/** Where skewed draws of `count` things fall, by twelve random bits: Zipf-like, 1/(rank+1). */
export function skewTable(count: number): Uint16Array {
  return Uint16Array.from({ length: 4096 }, (_, index) =>
    Math.min(count - 1, Math.floor((count + 1) ** (index / 4096)) - 1),
  );
}
