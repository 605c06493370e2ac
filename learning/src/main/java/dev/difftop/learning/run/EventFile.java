package dev.difftop.learning.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Events of TensorBoard: records of {@code length, checksum, data, checksum} (the format of
 * TFRecord), each datum a protocol buffer {@code Event} with {@code wall_time} (field 1), {@code
 * step} (2), {@code file_version} (3), {@code summary} (5) or {@code session_log} (7).
 */
final class EventFile {
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;
  private static final int CRC_DELTA = 0xa282ead8;

  private final Path file;

  private EventFile(Path file) {
    this.file = file;
  }

  /**
   * A new file.
   *
   * @param wallTime seconds since 1970
   */
  static EventFile create(Path file, double wallTime) {
    EventFile events = new EventFile(file);
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Message event = new Message().fixed64(1, wallTime);
    events.append(event.text(3, "brain.Event:2"));
    return events;
  }

  /** Declares that the run begins, or resumes, at a step: later steps of earlier files are void. */
  void start(double wallTime, long step) {
    Message log = new Message().varint(1, 1);
    append(new Message().fixed64(1, wallTime).varint(2, step).message(7, log));
  }

  /** A value of a step. */
  void scalar(double wallTime, long step, String tag, double value) {
    Message one = new Message().text(1, tag).fixed32(2, (float) value);
    Message summary = new Message().message(1, one);
    append(new Message().fixed64(1, wallTime).varint(2, step).message(5, summary));
  }

  private void append(Message event) {
    byte[] data = event.bytes();
    byte[] length =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(data.length).array();
    ByteBuffer record = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    record.put(length).putInt(masked(length)).put(data).putInt(masked(data));
    try {
      Files.write(file, record.array(), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  /** A checksum of data that itself holds checksums is weak; so they are masked. */
  private static int masked(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_DELTA;
  }

  /** A protocol buffer. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private void number(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) (rest & 0x7f | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }

    private void tag(int field, int type) {
      number((long) field << 3 | type);
    }

    private Message raw(int field, int type, byte[] bytes) {
      tag(field, type);
      if (type == LENGTH) {
        number(bytes.length);
      }
      out.writeBytes(bytes);
      return this;
    }

    Message varint(int field, long value) {
      if (value != 0) { // The default is not written.
        tag(field, 0);
        number(value);
      }
      return this;
    }

    Message fixed64(int field, double value) {
      ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value);
      return raw(field, FIXED64, bytes.array());
    }

    Message fixed32(int field, float value) {
      ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
      return raw(field, FIXED32, bytes.array());
    }

    Message text(int field, String value) {
      return raw(field, LENGTH, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message inner) {
      return raw(field, LENGTH, inner.bytes());
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
