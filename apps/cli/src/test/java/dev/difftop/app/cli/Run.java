package dev.difftop.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.difftop.app.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * One run of the command line inside the test's own process.
 *
 * @param status exit status
 * @param out standard output
 * @param err standard error
 */
public record Run(int status, String out, String err) {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  public static Run of(Object... arguments) {
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(print(out), print(err));
    int status = CommandLineApplication.run(console, words);
    return new Run(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  /** Asserts that it succeeded. */
  public Run good() {
    assertEquals(0, status, this::toString);
    return this;
  }

  /** Asserts the exit status, and a message on standard error that says all of these. */
  public Run bad(int expected, String... said) {
    assertEquals(expected, status, this::toString);
    assertTrue(err.startsWith("difftop: "), this::toString);
    assertTrue(err.lines().noneMatch(l -> l.startsWith("\tat ")), this::toString);
    for (String part : said) {
      assertTrue(err.contains(part), () -> part + " is not in " + this);
    }
    return this;
  }

  /** Standard output as the one JSON document that it must be. */
  public JsonNode json() {
    try {
      return MAPPER.readTree(out);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no single JSON document: " + this, e);
    }
  }
}
