package dev.difftop.app.cli.train;

import dev.difftop.app.cli.console.UsageException;
import java.util.List;
import java.util.Map;

/** Overrides of a trained run: those that an evaluation does not read are refused. */
final class Overridden {
  private static final List<String> READ =
      List.of(
          "policy.solver",
          "policy.acting",
          "policy.control-penalty",
          "learner.code.samples",
          "learner.code.drawn",
          "learner.acting-horizon",
          "learner.executed",
          "environment",
          "engine",
          "run.success",
          "run.threads");

  private Overridden() {}

  static void requireEffect(Map<String, Object> recorded, Map<String, Object> changed) {
    for (String key : Runs.differences(recorded, changed).keySet()) {
      if (READ.stream().noneMatch(read -> key.equals(read) || key.startsWith(read + "."))) {
        throw new UsageException(
            key,
            "%s: has no effect on a trained policy; expected keys below %s"
                .formatted(key, String.join(", ", READ)));
      }
    }
  }
}
