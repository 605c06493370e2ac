package dev.difftop.app.cli.train;

import dev.difftop.api.config.Configuration;
import dev.difftop.app.cli.console.Session;
import dev.difftop.learning.run.RunFolder;
import dev.difftop.learning.run.RunSpec;
import dev.difftop.learning.run.TrainedPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs as the command line sees them: configurations read and compared, policies loaded. */
final class Runs {
  private final Session session;

  Runs(Session session) {
    this.session = session;
  }

  /** Reads a configuration; shows what was done that the user may not expect. */
  Configuration<RunSpec> read(Path file, List<String> overrides) {
    Configuration<RunSpec> read = session.parts().configuration(RunSpec.class, file, overrides);
    read.notes().forEach(session.console()::note);
    return read;
  }

  /**
   * Loads the policy of a run.
   *
   * @param overrides of its configuration; those without effect on a policy are refused
   */
  TrainedPolicy load(Path run, TrainedPolicy.Which which, List<String> overrides) {
    if (!overrides.isEmpty()) {
      Path config = RunFolder.open(run).config();
      Overridden.requireEffect(
          read(config, List.of()).document(), read(config, overrides).document());
    }
    return TrainedPolicy.load(run, which, session.parts(), overrides);
  }

  /** Keys that differ between two documents, as dotted paths, with the values before and after. */
  static Map<String, Object> differences(Map<String, Object> before, Map<String, Object> after) {
    Map<String, Object> out = new LinkedHashMap<>();
    collect("", before, after, out);
    return out;
  }

  private static void collect(
      String prefix, Object before, Object after, Map<String, Object> into) {
    if (before instanceof Map<?, ?> a && after instanceof Map<?, ?> b) {
      List<Object> keys = new ArrayList<>(a.keySet());
      b.keySet().stream().filter(key -> !a.containsKey(key)).forEach(keys::add);
      for (Object key : keys) {
        collect(prefix.isEmpty() ? "" + key : prefix + "." + key, a.get(key), b.get(key), into);
      }
    } else if (!Objects.deepEquals(before, after)) {
      into.put(prefix, Arrays.asList(before, after));
    }
  }
}
