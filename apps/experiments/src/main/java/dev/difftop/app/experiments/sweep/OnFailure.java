package dev.difftop.app.experiments.sweep;

/**
 * What a sweep does when a run fails.
 *
 * @param stops whether no further run starts
 * @param retries how often a failed run is started again, from its checkpoint
 */
public record OnFailure(boolean stops, int retries) {
  /** Other runs are not affected. */
  public static final OnFailure CONTINUE = new OnFailure(false, 0);

  /** No further run starts; running ones stop at a safe point. */
  public static final OnFailure STOP = new OnFailure(true, 0);

  /** Reads {@code continue}, {@code stop} or {@code retry: n} (also {@code retry=n}). */
  public static OnFailure parse(String text) {
    String word = text.strip().replaceAll("^\\{|}$", "");
    if (word.equals("continue")) {
      return CONTINUE;
    } else if (word.equals("stop")) {
      return STOP;
    } else if (word.matches("retry *[:=] *\\d{1,3}")) {
      return new OnFailure(false, Integer.parseInt(word.replaceAll("\\D", "")));
    }
    throw new IllegalArgumentException(
        "found \"%s\", expected continue, stop or retry: n".formatted(text));
  }
}
