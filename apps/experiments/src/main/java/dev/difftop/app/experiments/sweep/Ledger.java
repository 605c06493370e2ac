package dev.difftop.app.experiments.sweep;

import dev.difftop.api.DataException;
import dev.difftop.app.experiments.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code ledger.jsonl}: one line an event, appended under a lock and never changed. A line that a
 * crash cut short is ignored, and ended by the next one. Several processes may use it.
 */
public final class Ledger {
  /** Name of the file. */
  public static final String NAME = "ledger.jsonl";

  private static final String EVENT = "event";
  private static final String HASH = "hash";

  private final Path folder;

  /** In this folder, which may not exist yet. */
  public Ledger(Path folder) {
    this.folder = folder;
  }

  /** Whether a folder is that of a sweep. */
  public static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(NAME));
  }

  /** The file. */
  public Path file() {
    return folder.resolve(NAME);
  }

  /**
   * Does work that no other process does at the same time. Short work: all others wait.
   *
   * @throws UncheckedIOException if the folder cannot be written
   */
  public <T> T exclusively(Supplier<T> work) {
    // Locks of files are between processes; this one is between threads.
    synchronized (Ledger.class) {
      try {
        Files.createDirectories(folder);
        try (FileChannel channel =
                FileChannel.open(
                    folder.resolve(".ledger.lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            FileLock lock = channel.lock()) {
          return work.get();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(unwritable(), e);
      }
    }
  }

  /** Appends an event; call it inside of {@link #exclusively}. */
  void append(String event, Map<String, ?> values) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put(EVENT, event);
    line.put("at", Instant.now().toString());
    line.putAll(values);
    try (FileChannel channel =
        FileChannel.open(
            file(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = channel.size();
      String start = end > 0 && !endsWithNewline(channel, end) ? "\n" : "";
      ByteBuffer bytes =
          ByteBuffer.wrap((start + Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
      channel.position(end);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(unwritable(), e);
    }
  }

  private String unwritable() {
    return "%s cannot be written; once it can, the same command resumes the sweep"
        .formatted(file());
  }

  private static boolean endsWithNewline(FileChannel channel, long end) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    channel.read(last, end - 1);
    return last.get(0) == '\n';
  }

  /**
   * All events in their order.
   *
   * @throws DataException if the file cannot be read
   */
  public List<Map<String, Object>> events() {
    List<Map<String, Object>> events = new ArrayList<>();
    if (!Files.exists(file())) {
      return events;
    }
    String text;
    try {
      // A line that was cut short may end within a character: what cannot be decoded is replaced.
      text = new String(Files.readAllBytes(file()), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new DataException("UNREADABLE", file().toString(), "cannot be read: " + e, e);
    }
    for (String line : text.split("\n")) {
      try {
        events.add(Json.parse(line, file().toString()));
      } catch (DataException e) {
        // Cut short when its writer was killed: it never happened.
        continue;
      }
    }
    return events;
  }

  /** The runs by hash, in the order in which they were planned. */
  public Map<String, LedgerEntry> entries() {
    Map<String, LedgerEntry> entries = new LinkedHashMap<>();
    for (Map<String, Object> event : events()) {
      String hash = String.valueOf(event.get(HASH));
      switch (String.valueOf(event.get(EVENT))) {
        case "planned" -> entries.putIfAbsent(hash, planned(hash, event));
        case "started" -> entries.computeIfPresent(hash, (h, entry) -> entry.started());
        case "ended" ->
            entries.computeIfPresent(
                hash,
                (h, entry) ->
                    entry.ended(RunStatus.of(String.valueOf(event.get("status"))), event));
        case "released" -> entries.computeIfPresent(hash, (h, entry) -> entry.released());
        default -> {
          // Of the sweep, not of a run.
        }
      }
    }
    return entries;
  }

  /**
   * One entry a case and seed. Where the configuration was changed since, the newer one counts, run
   * or not; where only the code was, the one that finished.
   */
  public Collection<LedgerEntry> current() {
    Map<String, LedgerEntry> out = new LinkedHashMap<>();
    for (LedgerEntry entry : entries().values()) {
      out.merge(
          entry.seed() + " " + entry.label(),
          entry,
          (before, now) ->
              before.contentHash().equals(now.contentHash())
                      && before.status() == RunStatus.FINISHED
                      && now.status() != RunStatus.FINISHED
                  ? before
                  : now);
    }
    return out.values();
  }

  @SuppressWarnings("unchecked")
  private static LedgerEntry planned(String hash, Map<String, Object> event) {
    return new LedgerEntry(
        hash,
        String.valueOf(event.get("name")),
        String.valueOf(event.get("case")),
        event.get("changes") instanceof Map<?, ?> changes
            ? (Map<String, Object>) changes
            : Map.of(),
        event.get("seed") instanceof Number seed ? seed.longValue() : 0,
        String.valueOf(event.get("content")),
        RunStatus.PENDING,
        0,
        0,
        Map.of());
  }
}
