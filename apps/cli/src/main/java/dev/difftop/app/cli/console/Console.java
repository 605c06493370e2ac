package dev.difftop.app.cli.console;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Where answers and messages go: a table for a person, or one JSON document for a script. */
public final class Console {
  private final PrintStream out;
  private final PrintStream err;
  private boolean json;
  private boolean answered;

  public Console(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** From now on, answers are JSON. */
  public void useJson() {
    json = true;
  }

  public boolean isJson() {
    return json;
  }

  /** Gives the answer of a command: the document to a script, the lines to a person. */
  public void answer(Map<String, ?> document, List<String> lines) {
    if (json) {
      answer(document);
    } else {
      lines.forEach(out::println);
    }
  }

  /** Gives the answer of a command: the document to a script, the same as readable lines. */
  public void answerPlainly(Map<String, ?> document) {
    answer(document, Documents.lines(document));
  }

  /** Whether a document has been written to standard output, so that no other may follow. */
  boolean hasAnswered() {
    return answered;
  }

  /** Writes the JSON document, whatever was asked for. */
  private void answer(Map<String, ?> document) {
    answered = true;
    out.println(Json.write(document));
  }

  /** Writes an error document, if answers are JSON and none was given yet. */
  public void answerError(Map<String, ?> document) {
    if (json && !answered) {
      answer(document);
    }
  }

  /** Plain text on standard output: help, a completion script. */
  public void print(String text) {
    out.print(text);
    out.flush();
  }

  /** A message for a person, on standard error. */
  public void say(String line) {
    err.println(line);
  }

  /** What was done that the user may not expect. */
  public void note(String line) {
    say("difftop: " + line);
  }

  public PrintWriter outWriter() {
    return new PrintWriter(out, true, StandardCharsets.UTF_8);
  }

  public PrintWriter errWriter() {
    return new PrintWriter(err, true, StandardCharsets.UTF_8);
  }

  public PrintStream err() {
    return err;
  }
}
