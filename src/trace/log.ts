/** The server's own log: winston, one line per event, text or JSON. */
import { createLogger, format, transports } from 'winston';

export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(error: Error | string): void;
}

export interface LogOptions {
  readonly format: string;
  readonly filter: string;
}

export function createLog(options: LogOptions): Log {
  const line =
    options.format === 'json'
      ? format.json()
      : format.printf(
          ({ timestamp, level, message }) => `${timestamp} ${level.toUpperCase()} ${message}`,
        );
  const logger = createLogger({
    silent: options.filter === 'off',
    format: format.combine(format.timestamp(), line),
    transports: [new transports.Console({ stderrLevels: ['error', 'warn', 'info'] })],
  });
  return {
    info: (message) => logger.info(message),
    warn: (message) => logger.warn(message),
    error: (error) => logger.error(error instanceof Error ? (error.stack ?? error.message) : error),
  };
}
