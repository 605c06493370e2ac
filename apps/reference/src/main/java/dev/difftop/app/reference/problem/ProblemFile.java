package dev.difftop.app.reference.problem;

import dev.difftop.api.DataException;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Reads files of trajectory problems. */
public final class ProblemFile {
  private ProblemFile() {}

  /**
   * The problems of a file.
   *
   * @param settings what the user sets of the problem
   * @param json reads the file as a JSON object, if that is what it is
   * @throws DataException if it is of an unknown kind, or incomplete
   */
  public static List<Instance> read(
      Path file,
      ProblemSettings settings,
      Function<Path, Map<String, Object>> json,
      Parts parts,
      DType dtype) {
    if (Hdf5Problem.is(file)) {
      Instance only = Hdf5Problem.read(file, in -> readHdf5(file, in, settings, parts, dtype));
      return List.of(only);
    }
    Numbers root = new Numbers(file, "", json.apply(file));
    String kind = root.get("problem").text();
    return readJson(root, kind, settings, parts, dtype);
  }

  private static Instance readHdf5(
      Path file, Hdf5Problem in, ProblemSettings settings, Parts parts, DType dtype) {
    String kind = in.kind();
    if (kind.equals("tdmpc-plan")) {
      settings.requirePlan(kind);
      return new TdmpcInstance(in, parts, settings, dtype);
    }
    if (kind.equals("imitation")) {
      settings.requireNone(kind);
      return new ImitationInstance(in, parts, dtype);
    }
    throw unknown(file, kind, "tdmpc-plan or imitation in an HDF5 file");
  }

  private static List<Instance> readJson(
      Numbers root, String kind, ProblemSettings settings, Parts parts, DType dtype) {
    if (kind.equals("lqr")) {
      settings.requireNone(kind);
      return root.get("instances").list().stream()
          .map(in -> (Instance) new LqrInstance(in, parts, dtype))
          .toList();
    }
    if (kind.startsWith("pendulum-") || kind.startsWith("cartpole-")) {
      ProblemSpec spec = ShootingInstance.spec(root, settings.limits(kind), parts);
      return root.get("instances").list().stream()
          .map(in -> (Instance) new ShootingInstance(root, in, spec, dtype))
          .toList();
    }
    if (kind.equals("mlp")) {
      settings.requireNone(kind);
      return List.of(new MlpInstance(root, parts, dtype));
    }
    throw unknown(root.file(), kind, "lqr, pendulum-*, cartpole-* or mlp");
  }

  private static DataException unknown(Path file, String kind, String expected) {
    return new DataException(
        "UNSUPPORTED", file + ": problem", "found " + kind + ", expected " + expected, null);
  }
}
