package dev.difftop.data.hdf5.file;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order of episodes: numbered names ({@code demo_2} before {@code demo_10}) by number, others
 * after them by text.
 */
public final class NaturalOrder implements Comparator<String> {
  public static final NaturalOrder INSTANCE = new NaturalOrder();

  private static final Pattern NUMBERED = Pattern.compile("(?:demo|episode|traj)_(\\d+)");

  private NaturalOrder() {}

  /** Whether a name has a number. */
  public static boolean isNumbered(String name) {
    return NUMBERED.matcher(name).matches();
  }

  @Override
  public int compare(String a, String b) {
    Matcher first = NUMBERED.matcher(a);
    Matcher second = NUMBERED.matcher(b);
    boolean firstNumbered = first.matches();
    boolean secondNumbered = second.matches();
    if (firstNumbered != secondNumbered) {
      return firstNumbered ? -1 : 1;
    } else if (firstNumbered) {
      int byNumber = new BigInteger(first.group(1)).compareTo(new BigInteger(second.group(1)));
      return byNumber != 0 ? byNumber : a.compareTo(b);
    }
    return a.compareTo(b);
  }
}
