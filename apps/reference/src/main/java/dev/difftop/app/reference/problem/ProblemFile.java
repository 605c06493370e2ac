package dev.difftop.app.reference.problem;

import dev.difftop.api.DataException;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.DType;
import dev.difftop.app.reference.format.ActionBounds;
import dev.difftop.app.reference.format.Faults;
import dev.difftop.app.reference.format.Format;
import dev.difftop.app.reference.format.ProblemFormats;
import dev.difftop.app.reference.format.StrictJson;
import dev.difftop.app.reference.format.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Reader of files of trajectory problems. */
public final class ProblemFile {
  private final ProblemSettings settings;
  private final Parts parts;
  private final DType dtype;

  private ProblemFile(ProblemSettings settings, Parts parts, DType dtype) {
    this.settings = settings;
    this.parts = parts;
    this.dtype = dtype;
  }

  /**
   * The problems of a file.
   *
   * @param settings what the user sets of the problem
   * @throws DataException with everything that is wrong with the file
   */
  public static List<Instance> read(
      ProblemSource source, ProblemSettings settings, Parts parts, DType dtype) {
    ProblemFile reader = new ProblemFile(settings, parts, dtype);
    return source.isHdf5()
        ? List.of(source.hdf5(reader::readHdf5))
        : reader.readJson(source.name(), StrictJson.object(source.name(), source.bytes()));
  }

  private Instance readHdf5(Hdf5Problem in) {
    String kind = in.kind();
    if (kind.equals("tdmpc-plan")) {
      settings.requirePlan(kind);
      return new TdmpcInstance(in, parts, settings, dtype);
    }
    if (kind.equals("imitation")) {
      settings.requireNone(kind);
      return new ImitationInstance(in, parts, dtype);
    }
    throw in.fault(
        "UNSUPPORTED", "problem", "found " + kind + ", expected tdmpc-plan or imitation in HDF5");
  }

  private List<Instance> readJson(String name, Map<String, Object> root) {
    Faults faults = new Faults(name);
    String kind = kind(root, faults);
    Format format =
        ProblemFormats.of(kind)
            .orElseThrow(
                () ->
                    faults.fatal(
                        "UNSUPPORTED",
                        "problem",
                        "found \"%s\", expected one of %s"
                            .formatted(kind, ProblemFormats.all().keySet())));
    ClassicalModel model = ClassicalModel.ofProblem(kind);
    Map<String, Integer> sizes = model == null ? Map.of() : model.sizes();
    Values file = format.read(root, "", sizes, faults);
    faults.throwIfAny();
    if (model != null) {
      return classical(model, file, faults);
    }
    settings.requireNone(kind);
    return kind.equals("lqr")
        ? instances(
            file, "T", "nu", faults, i -> new LqrInstance(i.own(), i.bounds(), parts, dtype))
        : List.of(new MlpInstance(file, bounds(file, file, 0, 1, "H", "na", faults), parts, dtype));
  }

  private static String kind(Map<String, Object> root, Faults faults) {
    Object kind = root.get("problem");
    if (kind == null) {
      throw faults.fatal("MISSING_KEY", "problem", "is missing; is this a trajectory problem?");
    }
    if (!(kind instanceof String text)) {
      throw faults.fatal("TYPE_MISMATCH", "problem", "found " + kind + ", expected a text");
    }
    return text;
  }

  private List<Instance> classical(ClassicalModel model, Values file, Faults faults) {
    Theta theta = Theta.read(model, file, faults);
    faults.throwIfAny();
    ProblemSpec spec =
        model.spec(file, theta, settings.limits(file.text("problem")), parts, faults);
    return instances(
        file,
        "H",
        "nu",
        faults,
        i -> new ShootingInstance(file, i.own(), i.bounds(), theta, spec, dtype));
  }

  /** An entry of {@code instances} with its bounds. */
  private record Entry(Values own, ActionBounds bounds) {}

  private static List<Instance> instances(
      Values file, String horizon, String nu, Faults faults, Function<Entry, Instance> maker) {
    List<Values> all = file.objects("instances");
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Values own = all.get(i);
      entries.add(new Entry(own, bounds(file, own, i, all.size(), horizon, nu, faults)));
    }
    faults.throwIfAny();
    return entries.stream().map(maker).toList();
  }

  private static ActionBounds bounds(
      Values file, Values own, int i, int instances, String horizon, String nu, Faults faults) {
    ActionBounds bounds =
        ActionBounds.read(file, own, i, instances, own.size(horizon), own.size(nu), faults);
    if (file == own) {
      faults.throwIfAny();
    }
    return bounds;
  }
}
