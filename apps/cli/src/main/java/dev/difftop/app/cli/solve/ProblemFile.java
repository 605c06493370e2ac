package dev.difftop.app.cli.solve;

import dev.difftop.api.DType;
import dev.difftop.api.DataException;
import dev.difftop.api.ProblemSpec;
import dev.difftop.app.assembly.Assembly;
import dev.difftop.app.assembly.Configurations;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads files of trajectory problems. */
final class ProblemFile {
  private ProblemFile() {}

  /**
   * The problems of a file.
   *
   * @param content what was read from it
   * @throws DataException if it is of an unknown kind, or incomplete
   */
  static List<Instance> read(
      Path file,
      Map<String, Object> content,
      Assembly assembly,
      Configurations configurations,
      DType dtype) {
    Numbers root = new Numbers(file, "", content);
    Parts parts = new Parts(assembly, configurations);
    String kind = root.get("problem").text();
    if (kind.equals("lqr")) {
      return root.get("instances").list().stream()
          .map(in -> (Instance) new LqrInstance(in, parts, dtype))
          .toList();
    }
    if (kind.startsWith("pendulum-") || kind.startsWith("cartpole-")) {
      ProblemSpec spec = ShootingInstance.spec(root, parts);
      return root.get("instances").list().stream()
          .map(in -> (Instance) new ShootingInstance(root, in, spec, dtype))
          .toList();
    }
    if (kind.equals("mlp")) {
      return List.of(new MlpInstance(root, parts, dtype));
    }
    throw new DataException(
        "UNSUPPORTED",
        file + ": problem",
        "found " + kind + ", expected lqr, pendulum-*, cartpole-* or mlp",
        null);
  }
}
