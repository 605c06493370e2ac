package dev.difftop.assembly.jar;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Classes and module descriptors of a Java that is newer than the one that runs. */
public final class JavaVersions {
  /** Class file version 45 is that of Java 1. */
  private static final int BEFORE_THE_FIRST = 44;

  private static final Pattern VERSION =
      Pattern.compile("(?:class file version|major.minor version) (\\d+)");

  private JavaVersions() {}

  /** What is wrong, with both versions, if an error or one of its causes is about that. */
  public static Optional<String> explain(Throwable error) {
    for (Throwable t = error; t != null; t = t.getCause()) {
      Matcher found = VERSION.matcher(String.valueOf(t.getMessage()));
      if (found.find()) {
        int version = Integer.parseInt(found.group(1));
        return Optional.of(
            "is compiled for Java %d (class file version %d), this is Java %d; compile it with --release %d, or run a newer Java"
                .formatted(
                    version - BEFORE_THE_FIRST,
                    version,
                    Runtime.version().feature(),
                    Runtime.version().feature()));
      }
    }
    return Optional.empty();
  }
}
