export { formatDouble, integerLength, ReplyWriter, utf8Length, writeInteger, writeUtf8 } from './reply-writer.ts'
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
