package dev.difftop.api.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known word nearest to an unknown one, for error messages. */
public final class Nearest {
  private Nearest() {}

  /** The nearest of {@code known}, if any is near enough to be worth proposing. */
  public static Optional<String> to(String word, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(k -> distance(word, k)))
        .filter(k -> isNear(distance(word, k), Math.max(word.length(), k.length())));
  }

  /** A third of the letters may differ, one in any case, but never all of them. */
  private static boolean isNear(int distance, int length) {
    return distance < length && distance <= Math.max(1, length / 3);
  }

  /** {@code "; did you mean solver?"}, or nothing if no known word is near. */
  public static String hint(String word, Collection<String> known) {
    return to(word, known).map(near -> "; did you mean " + near + "?").orElse("");
  }

  /** Edits between two words, the spelling of compound words ({@code maxIterations}) aside. */
  private static int distance(String word, String known) {
    return edits(plain(word), plain(known));
  }

  private static String plain(String word) {
    return Names.kebab(word).toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Levenshtein's distance, an exchange of two neighbours counted as one edit. */
  static int edits(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 || j == 0 ? i + j : edits(a, b, i, j, d);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int edits(String a, String b, int i, int j, int[][] d) {
    int substitute = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int fewest = Math.min(substitute, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
    boolean exchanged =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return exchanged ? Math.min(fewest, d[i - 2][j - 2] + 1) : fewest;
  }
}
