export { copyBytes } from './copy.ts'
export { formatDouble } from './double.ts'
export { dropBuffer, dropLargeBuffer } from './drop-buffer.ts'
export { integerLength, writeInteger } from './integer.ts'
export { type Reply, type ReplyEntry, ReplyError, type SimpleValue, simpleValue } from './reply.ts'
export { parseReplies, REPLY, ReplyParser, type ReplyParserOptions } from './reply-parser.ts'
export { type ReplyOutlet, ReplyWriter } from './reply-writer.ts'
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
export { encodeRequest, type RequestArgument, RequestWriter } from './request-writer.ts'
export { readUtf8, utf8Length, writeUtf8 } from './utf8.ts'
