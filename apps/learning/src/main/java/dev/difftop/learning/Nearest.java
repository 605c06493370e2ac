package dev.difftop.learning;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known name that somebody probably meant. */
final class Nearest {
  private Nearest() {}

  /** {@code "; did you mean encoder/0/weight?"}, or nothing if no name is near. */
  static String hint(String name, Collection<String> known) {
    return to(name, known).map(n -> "; did you mean " + n + "?").orElse("");
  }

  /** The nearest name, if at most half of it would have to change. */
  static Optional<String> to(String name, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(k -> edits(name, k)))
        .filter(k -> 2 * edits(name, k) <= Math.max(name.length(), k.length()));
  }

  /** Levenshtein's distance. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
