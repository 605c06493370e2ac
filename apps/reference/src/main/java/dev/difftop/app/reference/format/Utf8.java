package dev.difftop.app.reference.format;

import dev.difftop.api.DataException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text of a file in UTF-8. */
final class Utf8 {
  private static final int[] MARK = {0xEF, 0xBB, 0xBF};

  private Utf8() {}

  /**
   * Decodes a text that begins with an ASCII character, without its byte-order mark.
   *
   * @param source name of the file, for messages
   * @throws DataException if it is in another encoding
   */
  static String text(String source, byte[] bytes) {
    int from = startsWith(bytes, MARK) ? MARK.length : 0;
    if (isUtf16(bytes)) {
      throw new DataException(
          "ENCODING", source, "is text in UTF-16 or UTF-32; save it as UTF-8", null);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw new DataException(
          "ENCODING", source, "is not text in UTF-8; save it as UTF-8, or is it HDF5?", e);
    }
  }

  /** A byte-order mark of UTF-16 or UTF-32, or a zero byte beside the first characters. */
  private static boolean isUtf16(byte[] bytes) {
    boolean hasZero = false;
    for (int i = 0; i < Math.min(4, bytes.length); i++) {
      hasZero |= bytes[i] == 0;
    }
    return hasZero || startsWith(bytes, 0xFE, 0xFF) || startsWith(bytes, 0xFF, 0xFE);
  }

  private static boolean startsWith(byte[] bytes, int... expected) {
    for (int i = 0; i < expected.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xFF) != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
