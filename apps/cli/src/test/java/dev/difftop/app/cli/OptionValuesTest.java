package dev.difftop.app.cli;

import static dev.difftop.app.cli.OurWords.assertOurWords;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.app.cli.console.Console;
import dev.difftop.app.cli.console.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Hostile values for every option of every command that takes one: accepted, or refused in words of
 * our own. The options are those that the commands declare, so that a new one is covered at once.
 */
final class OptionValuesTest {
  /** Options that all commands share; they are tried with one of them. */
  private static final Set<String> SHARED = Set.of("--plugins");

  /**
   * A call of each command to which an option is added: words that it needs, FILE for a dataset,
   * RUN for a run folder, NEW for a path where nothing is.
   */
  private static final Map<String, String> CALLS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("plugins", ""),
              Map.entry("describe", "solver ilqr"),
              Map.entry("schema", "train"),
              Map.entry("collect", "COLLECT --out NEW"),
              Map.entry("play", "pendulum-swingup horizon=2 --steps 1"),
              Map.entry("env list", ""),
              Map.entry("env describe", "pendulum-swingup"),
              Map.entry("env check", "pendulum-swingup"),
              Map.entry("env render", "pendulum-swingup --out NEW"),
              Map.entry("env routes", "avoiding --expert balanced --episodes 1 --out NEW"),
              Map.entry("dataset info", "FILE"),
              Map.entry("dataset check", "FILE"),
              Map.entry("dataset windows", "FILE --length 1"),
              Map.entry("dataset stats", "FILE"),
              Map.entry("dataset head", "FILE"),
              Map.entry("dataset split", "COPY"),
              Map.entry("dataset merge", "FILE FILE --out NEW"),
              Map.entry("dataset convert", "FILE NEW"),
              Map.entry("dataset picture", "FILE --out NEW"),
              Map.entry("train", "TRAIN --dry-run --out NEW"),
              Map.entry("evaluate", "RUN --episodes 1"),
              Map.entry("sweep", "SWEEP --dry-run --out NEW"),
              Map.entry("report", "SWEPT"),
              Map.entry("compare", "RUN RUN"),
              Map.entry("gradcheck", "TRAIN --samples 1 --entries 1 --adjoint exact"),
              Map.entry("new plugin", "cost mine --out NEW"),
              Map.entry("doctor", ""),
              Map.entry("completion", "")));

  /** Their options have tests of their own; the dashboard runs until it is stopped. */
  private static final Set<String> ELSEWHERE = Set.of("solve", "bench", "dashboard");

  private static final List<String> NUMBERS =
      List.of("0", "-1", "1e999", "NaN", "99999999999", "9223372036854775808", "x", "");

  private static final List<String> TEXTS = List.of("", "\0", "FOLDER/no/such/thing", "FOLDER/[");

  private static final Path DEMONSTRATIONS =
      Path.of("../../examples/data/cartpole-swingup.hdf5").toAbsolutePath().normalize();

  private static final String ENVIRONMENT =
      "environment: {plugin: mujoco, task: cartpole-swingup, episode-control-steps: 16}\n";

  @TempDir private static Path folder;
  private static int count;

  @BeforeAll
  static void writeFiles() throws IOException {
    Files.writeString(
        folder.resolve("collect.yaml"),
        ENVIRONMENT
            + """
            dynamics: {plugin: mujoco, task: cartpole-swingup}
            cost: {plugin: cartpole-swingup, order: [0, 2, 1, 3]}
            solver: {plugin: ilqr, max-iterations: 1}
            horizon: 2
            collection: {episodes: 2}
            """);
    Files.writeString(
        folder.resolve("train.yaml"),
        ENVIRONMENT
            + """
            dataset: {plugin: robomimic, path: %s}
            policy:
              encoder: {plugin: mlp, latent: 2, hidden: [2]}
              dynamics: {plugin: mlp, hidden: [2]}
              cost: {plugin: mlp-residual, hidden: [2], residuals: 2, activation: tanh}
              solver: {plugin: gauss-newton, hessian: gauss-newton, max-iterations: 5, tolerance: 1e-3}
              horizon: 2
              control-penalty: 0.1
            learner: {plugin: imitation, batch: 2}
            run: {budget: 1, evaluation-episodes: 1}
            """
                .formatted(DEMONSTRATIONS));
    Files.writeString(
        folder.resolve("sweep.yaml"),
        "extends: train.yaml\nsweep: {product: {run.seed: [1, 2]}}\n");
    Run.of("collect", folder.resolve("collect.yaml"), "--out", folder.resolve("data.hdf5")).good();
    Run.of("train", folder.resolve("train.yaml"), "--out", folder.resolve("run")).good();
  }

  private static CommandLine commands() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new CommandLineApplication(new Session(new Console(nowhere, nowhere))).commands();
  }

  /** Commands without subcommands, by their words. */
  private static Map<String, CommandSpec> leaves() {
    Map<String, CommandSpec> out = new TreeMap<>();
    collect("", commands(), out);
    return out;
  }

  private static void collect(String prefix, CommandLine command, Map<String, CommandSpec> out) {
    command
        .getSubcommands()
        .forEach(
            (name, sub) -> {
              if (sub.getSubcommands().isEmpty()) {
                out.put(prefix + name, sub.getCommandSpec());
              } else {
                collect(prefix + name + " ", sub, out);
              }
            });
  }

  @Test
  void everyCommandIsCalled() {
    Set<String> all = new TreeSet<>(CALLS.keySet());
    all.addAll(ELSEWHERE);
    assertEquals(leaves().keySet(), all);
  }

  private static boolean isNumber(Class<?> type) {
    return type.isPrimitive() || Number.class.isAssignableFrom(type);
  }

  /** The type of a value, inside of Optional and collections too. */
  private static Class<?> valueType(OptionSpec option) {
    Class<?>[] inner = option.auxiliaryTypes();
    boolean wrapped = option.type() == Optional.class || option.isMultiValue();
    return wrapped && inner.length > 0 ? inner[0] : option.type();
  }

  /** A command, an option, a value. */
  record Trial(String command, String option, String value) {
    @Override
    public String toString() {
      return command + " " + option + "=" + value.replace("\0", "\\0");
    }
  }

  static Stream<Trial> trials() {
    List<Trial> out = new ArrayList<>();
    leaves()
        .forEach(
            (command, spec) -> {
              if (CALLS.containsKey(command)) {
                spec.options().forEach(option -> add(command, option, out));
              }
            });
    return out.stream();
  }

  private static void add(String command, OptionSpec option, List<Trial> out) {
    String name = option.longestName();
    boolean shared = SHARED.contains(name) && !command.equals("plugins");
    if (option.arity().max() == 0 || shared) {
      return;
    }
    for (String value : isNumber(valueType(option)) ? NUMBERS : TEXTS) {
      out.add(new Trial(command, name, value));
    }
  }

  @Test
  void numbersAndTextsAreBothTried() {
    Set<String> tried = new TreeSet<>();
    trials().forEach(t -> tried.add(t.command() + " " + t.option()));
    assertTrue(
        tried.containsAll(
            List.of(
                "dataset windows --length",
                "dataset head --rows",
                "dataset head --episode",
                "dataset split --valid",
                "dataset check --limit-bytes",
                "dataset picture --cache-bytes",
                "evaluate --episodes",
                "env routes --seed",
                "sweep --out")),
        tried::toString);
  }

  @ParameterizedTest
  @MethodSource("trials")
  void everyOption(Trial trial) throws IOException {
    List<Object> words = new ArrayList<>(List.of(trial.command().split(" ")));
    for (String word : CALLS.get(trial.command()).split(" ")) {
      boolean replaced = word.equals(trial.option());
      if (!word.isEmpty() && !replaced) {
        words.add(path(word));
      } else if (replaced) {
        words.add(null);
      }
    }
    // An option that the call has already is given once, with the trial's value.
    int at = words.indexOf(null);
    if (at >= 0) {
      words.remove(at);
      words.remove(at);
    }
    words.add(trial.option() + "=" + trial.value().replace("FOLDER", folder.toString()));
    assertOurWords(Run.of(words.toArray()), trial.toString());
  }

  private static Object path(String word) throws IOException {
    return switch (word) {
      case "FILE" -> folder.resolve("data.hdf5");
      case "COPY" -> Files.copy(folder.resolve("data.hdf5"), folder.resolve("copy" + count++));
      case "RUN" -> folder.resolve("run");
      case "SWEPT" -> folder;
      case "COLLECT" -> folder.resolve("collect.yaml");
      case "TRAIN" -> folder.resolve("train.yaml");
      case "SWEEP" -> folder.resolve("sweep.yaml");
      case "NEW" -> folder.resolve("new" + count++);
      default -> word;
    };
  }
}
