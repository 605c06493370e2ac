package dev.difftop.learning.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
  @TempDir private Path folder;

  /** The same bytes as TensorBoard's own writer; src/test/python/tensorboard_reference.py. */
  @Test
  void writesWhatTensorBoardWrites() throws IOException {
    Path file = folder.resolve("events.out.tfevents.1");
    EventFile events = EventFile.create(file, 1700000000.25);
    events.start(1700000000.5, 300);
    events.scalar(1700000001.0, 12345678, "metrics/loss α", 0.125);
    events.scalar(1700000002.0, 0, "evaluation/return", -853.5);
    try (InputStream expected = EventFileTest.class.getResourceAsStream("golden.tfevents")) {
      assertArrayEquals(expected.readAllBytes(), Files.readAllBytes(file));
    }
  }
}
