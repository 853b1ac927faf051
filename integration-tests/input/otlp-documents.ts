/** OTLP/JSON as exporters write it, by hand: what the file exporter and the SDKs leave out too. */
const resource = {
  attributes: [
    { key: 'service.name', value: { stringValue: 'shop' } },
    { key: 'host.name', value: { stringValue: 'h1' } },
  ],
};

const traceId = '5B8EFFF798038103D269B633813FC60C';

export const otlpTraces = {
  resourceSpans: [
    {
      resource,
      scopeSpans: [
        {
          scope: { name: 'http' },
          spans: [
            {
              traceId,
              spanId: 'EEE19B7EC3C1B174',
              parentSpanId: '',
              flags: 0x301,
              name: 'GET /orders',
              kind: 2,
              startTimeUnixNano: '1748779200000001000',
              endTimeUnixNano: '1748779201500001000',
              attributes: [
                { key: 'http.request.method', value: { stringValue: 'GET' } },
                { key: 'http.response.status_code', value: { intValue: '503' } },
                { key: 'network.local.address', value: { stringValue: '10.0.0.1' } },
                {
                  key: 'ids',
                  value: { arrayValue: { values: [{ intValue: '1' }, { intValue: 2 }] } },
                },
                {
                  key: 'cart',
                  value: {
                    kvlistValue: { values: [{ key: 'total', value: { doubleValue: 1.5 } }] },
                  },
                },
              ],
              events: [
                {
                  timeUnixNano: '1748779200500000000',
                  name: 'exception',
                  attributes: [{ key: 'exception.type', value: { stringValue: 'TimeoutError' } }],
                },
              ],
              status: { code: 2, message: 'it broke' },
            },
            {
              traceId,
              spanId: '0000000000000002',
              parentSpanId: 'EEE19B7EC3C1B174',
              name: 'SELECT',
              kind: 'SPAN_KIND_CLIENT',
              startTimeUnixNano: '1748779200100000000',
              endTimeUnixNano: '1748779200100001000',
              status: {},
            },
          ],
        },
      ],
    },
  ],
};

export const otlpLogs = {
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'project_id', value: { stringValue: 'tools' } }] },
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: '1748779201000000000',
              severityNumber: 13,
              body: {
                kvlistValue: {
                  values: [
                    { key: 'user', value: { stringValue: 'ann' } },
                    { key: 'tries', value: { intValue: '3' } },
                  ],
                },
              },
              spanId: 'EEE19B7EC3C1B174',
            },
            {
              observedTimeUnixNano: '1748779202000000000',
              severityNumber: 'SEVERITY_NUMBER_ERROR',
              severityText: 'Error',
              body: { stringValue: 'plain' },
              attributes: [{ key: 'code', value: { stringValue: 'x' } }],
            },
          ],
        },
      ],
    },
  ],
};
