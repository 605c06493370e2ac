package dev.difftop.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every command. */
final class CommandLineTest {
  @Test
  void helpsOnStandardOutput() {
    Run help = Run.of("--help").good();
    assertTrue(help.out().contains("Usage: difftop"), help::out);
    assertTrue(help.out().contains("4   the run failed"), help::out);
    assertTrue(Run.of("env", "render", "--help").good().out().contains("--camera"));
    assertTrue(Run.of("--version").good().out().startsWith("difftop "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "env",
        "dataset",
        "plugns",
        "env lst",
        "plugins --colour",
        "describe solver",
        "env render cartpole-swingup",
        "env render cartpole-swingup --out a.png --width wide"
      })
  void refusesWrongUsage(String line) {
    String[] words = line.isEmpty() ? new String[0] : line.split(" ");
    Run run = Run.of((Object[]) words).bad(2, "--help'");
    assertEquals("", run.out());
  }

  @Test
  void proposesTheNearestCommand() {
    Run.of("plugns").bad(2, "Did you mean", "plugins");
  }

  @Test
  void answersAnErrorInJsonAndNothingElse() {
    Run run = Run.of("describe", "--json", "solver").bad(2, "NAME");
    JsonNode error = run.json().get("error");
    assertEquals("usage", error.get("kind").asText());
    assertTrue(error.has("message") && error.has("where"), run::out);
  }

  @Test
  void showsAStackTraceOnRequestOnly() {
    Run run = Run.of("describe", "solver", "ilqg", "--debug");
    assertEquals(2, run.status());
    assertTrue(run.err().contains("\tat "), run::err);
  }

  @Test
  void printsACompletionScript() {
    Run run = Run.of("completion").good();
    assertTrue(run.out().startsWith("#!/usr/bin/env bash"), run::out);
    assertTrue(run.out().contains("complete -F"), run::out);
    assertTrue(run.out().contains("doctor"), run::out);
  }

  @Test
  void examinesThePatient() {
    Run run = Run.of("doctor", "--json");
    JsonNode document = run.json();
    assertEquals(run.status() == 0, document.get("ok").asBoolean());
    boolean computes = false;
    for (JsonNode finding : document.get("findings")) {
      assertTrue(
          finding.get("ok").asBoolean() || !finding.get("found").asText().isEmpty(), run::out);
      computes |=
          finding.get("what").asText().equals("engine nd4j") && finding.get("ok").asBoolean();
    }
    assertTrue(computes, run::out);
  }
}
