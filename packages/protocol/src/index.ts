export { formatDouble } from './double.ts'
export { integerLength, writeInteger } from './integer.ts'
export { ReplyWriter } from './reply-writer.ts'
export {
  ARGS_COUNT_MAX,
  LINE_BYTES_MAX,
  NEED_MORE,
  PROTOCOL_ERROR,
  REQUEST,
  RequestParser,
  UNAUTHENTICATED_ARGS_COUNT_MAX,
  UNAUTHENTICATED_BULK_BYTES_MAX,
} from './request-parser.ts'
export { utf8Length, writeUtf8 } from './utf8.ts'
