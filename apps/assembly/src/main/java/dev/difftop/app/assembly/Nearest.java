package dev.difftop.app.assembly;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known word that somebody probably meant. */
final class Nearest {
  private Nearest() {}

  /** The nearest of {@code known}, if any is near enough to be worth proposing. */
  static Optional<String> to(String word, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(k -> distance(word, k)))
        .filter(k -> distance(word, k) <= Math.max(1, Math.max(word.length(), k.length()) / 3));
  }

  /** Edits between two words, the spelling of compound words ({@code maxIterations}) aside. */
  private static int distance(String word, String known) {
    return levenshtein(Names.kebab(word).toLowerCase(Locale.ROOT).replace('_', '-'), known);
  }

  /** Levenshtein's distance: insertions, deletions and substitutions of one character. */
  static int levenshtein(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substitute, 1 + Math.min(previous[j], row[j - 1]));
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
