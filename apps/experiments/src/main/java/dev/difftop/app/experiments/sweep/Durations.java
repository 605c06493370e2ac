package dev.difftop.app.experiments.sweep;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations in words of a configuration, and for people. */
public final class Durations {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9}(?:\\.\\d+)?)(s|m|h|d)");

  private Durations() {}

  /** Reads a duration such as {@code 90s}, {@code 30m}, {@code 2h}, {@code 1d}. */
  public static Duration parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches() || Double.parseDouble(matcher.group(1)) <= 0) {
      throw new IllegalArgumentException(
          "found \"%s\", expected a duration above 0 such as 90s, 30m, 2h".formatted(text));
    }
    double unit =
        switch (matcher.group(2)) {
          case "s" -> 1;
          case "m" -> 60;
          case "h" -> 3600;
          default -> 86400;
        };
    return Duration.ofMillis(Math.round(1000 * unit * Double.parseDouble(matcher.group(1))));
  }

  /** As {@code 2:05} or {@code 1:02:05}. */
  public static String clock(double seconds) {
    long s = Math.round(seconds);
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }
}
