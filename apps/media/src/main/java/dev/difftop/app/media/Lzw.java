package dev.difftop.app.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** The compression of GIF: LZW with codes that grow to 12 bits, in blocks of at most 255 bytes. */
final class Lzw {
  private static final int MOST_BITS = 12;
  private static final int MOST_CODES = 1 << MOST_BITS;
  private static final int COLOURS = 256;
  private static final int BLOCK = 255;

  private final int rootBits;
  private final int clear;
  private final short[] next = new short[MOST_CODES * COLOURS];
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int codes;
  private int bits;
  private int pending;
  private int pendingBits;

  private Lzw(int rootBits) {
    this.rootBits = rootBits;
    this.clear = 1 << rootBits;
  }

  /**
   * Writes compressed indices.
   *
   * @param rootBits bits of an index, 2 to 8
   */
  static void write(byte[] indices, int rootBits, OutputStream out) throws IOException {
    Lzw lzw = new Lzw(rootBits);
    lzw.compress(indices);
    byte[] compressed = lzw.bytes.toByteArray();
    out.write(rootBits);
    for (int at = 0; at < compressed.length; at += BLOCK) {
      int length = Math.min(BLOCK, compressed.length - at);
      out.write(length);
      out.write(compressed, at, length);
    }
    out.write(0);
  }

  private void compress(byte[] indices) {
    startOver();
    emit(clear);
    int prefix = indices[0] & 0xff;
    for (int i = 1; i < indices.length; i++) {
      int index = indices[i] & 0xff;
      int edge = prefix * COLOURS + index;
      if (next[edge] != 0) {
        prefix = next[edge];
        continue;
      }
      emit(prefix);
      if (codes < MOST_CODES) {
        next[edge] = (short) codes++;
        // The reader is one entry behind.
        if (codes > 1 << bits && bits < MOST_BITS) {
          bits++;
        }
      } else {
        emit(clear);
        startOver();
      }
      prefix = index;
    }
    emit(prefix);
    emit(clear + 1);
    while (pendingBits > 0) {
      flushByte();
    }
  }

  private void startOver() {
    Arrays.fill(next, (short) 0);
    codes = clear + 2;
    bits = rootBits + 1;
  }

  private void emit(int code) {
    pending |= code << pendingBits;
    pendingBits += bits;
    while (pendingBits >= 8) {
      flushByte();
    }
  }

  private void flushByte() {
    bytes.write(pending & 0xff);
    pending >>>= 8;
    pendingBits -= 8;
  }
}
