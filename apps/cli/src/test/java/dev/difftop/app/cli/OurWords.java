package dev.difftop.app.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

/** Messages in words of our own, never in those of the virtual machine or a library. */
public final class OurWords {
  private static final List<String> RAW =
      List.of(
          "For input string",
          "out of bounds for length",
          "Index ",
          "/ by zero",
          "integer overflow",
          "long overflow",
          "Cannot deserialize",
          "Unexpected character",
          "Unexpected end",
          "JsonToken",
          "fasterxml",
          "java.",
          "Exception",
          "NullPointer",
          "null pointer",
          "because \"",
          "Character ",
          "NumberFormat",
          "internal error");

  private OurWords() {}

  /** Asserts that what a run says has none of those texts, and that a failure says something. */
  public static void assertOurWords(Run run, String what) {
    for (String text : RAW) {
      assertFalse(run.err().contains(text), () -> what + ": \"" + text + "\" is in " + run);
    }
    assertTrue(run.status() < 2 || run.err().contains("difftop: "), () -> what + ": " + run);
  }
}
