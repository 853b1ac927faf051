/**
 * thriftrw, on which the Jaeger exporter rests, compiles its structures' constructors from source
 * text. The server runs with --disallow-code-generation-from-strings, so they are made of closures
 * here instead. Call before the exporter is loaded.
 */
import { createRequire } from 'node:module';

interface ThriftField {
  readonly name: string;
  readonly defaultValue: unknown;
}

type ThriftObject = Record<string, unknown>;

interface StructModule {
  readonly ThriftStruct: {
    readonly prototype: {
      createConstructor(
        name: string,
        fields: readonly ThriftField[],
      ): (this: ThriftObject, options?: ThriftObject) => void;
    };
  };
}

export function makeThriftConstructorsOfClosures(): void {
  const exporter = createRequire(import.meta.resolve('@opentelemetry/exporter-jaeger'));
  const client = createRequire(exporter.resolve('jaeger-client'));
  const { ThriftStruct } = client('thriftrw/struct') as StructModule;
  ThriftStruct.prototype.createConstructor = (_name, fields) =>
    function construct(this: ThriftObject, options?: ThriftObject): void {
      for (const { name, defaultValue } of fields) {
        const given = options?.[name];
        this[name] = given === undefined ? defaultValue : given;
      }
    };
}
